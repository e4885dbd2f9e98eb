// Command extconf judges whether a server keeps the promises of the Elastic
// Cloud deployments/extensions API.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/extconf/extconf/suites"
	_ "github.com/extconf/extconf/suites/extconf/gc" // collects rarely
	"github.com/extconf/extconf/suites/kit"
	"github.com/extconf/extconf/suites/prove"
)

// The exit statuses: those of the verdict, and usage for what could not begin.
const (
	usage  = 3
	defect = 4
)

// subcommands, each a file of this package.
func subcommands() []subcommand {
	return []subcommand{
		{"run", "Judge a target, the embedded mock by default.", &runCommand{}},
		{"targets", "Judge a list of targets and put them side by side.", &targetsCommand{}},
		{"mock", "Serve the mock, or a faulty one, on a loopback port.", &mockCommand{}},
		{"requirements", "Print the catalogue of requirements, each with its specs.", &requirementsCommand{}},
		{"sweep", "Delete what a run that was killed left behind.", &sweepCommand{}},
		{"prove", "Let the suite judge all that it has to catch, and what it has to leave alone.", &proveCommand{}},
		{"show", "Print what came of a run again, also for GitHub.", &showCommand{}},
		{"compare", "Say what changed from one run to a later one.", &compareCommand{}},
		{"merge", "Join shards of a run, or put several targets side by side.", &mergeCommand{}},
		{"judge", "Judge the recorded exchanges of a run again, offline.", &judgeCommand{}},
	}
}

type subcommand struct {
	name, help string
	command    any
}

// grammar is what a command line is read by: the subcommand that it names, or
// all. Kong took a tenth of the time to the first request for those not asked for.
func grammar(args []string) (options []kong.Option) {
	all := subcommands()
	if i := slices.IndexFunc(all, func(s subcommand) bool { return len(args) > 0 && args[0] == s.name }); i >= 0 {
		all = all[i : i+1]
	}
	for _, s := range all {
		options = append(options, kong.DynamicCommand(s.name, s.help, "", s.command))
	}
	return options
}

func main() {
	log.SetOutput(io.Discard) // of net/http, which repeats what a target sends
	suites.Reenter()
	prove.Reenter()
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs a command line and returns its exit status.
func execute(args []string, out, errs io.Writer) (status int) {
	suites.IgnoreEmptyVariables()
	var root struct {
		Version kong.VersionFlag `help:"Print the version of the suite." env:"-"` // a pipeline's EXTCONF_VERSION asks for no such thing
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	ended := -1
	parser, err := kong.New(
		&root,
		append(
			grammar(args),
			kong.Name("extconf"),
			kong.Description("Does this target keep every promise that the deployments/extensions API documents?\n\nExit status of run: 0 conformant, 1 non-conformant, 2 inconclusive, 3 nothing could be judged, 4 a defect of the suite."),
			kong.DefaultEnvars("EXTCONF"),
			kong.Vars{"version": kit.Version()},
			kong.Writers(out, errs),
			kong.Exit(func(code int) { ended = code }),
			kong.BindTo(out, (*io.Writer)(nil)),
		)...,
	)
	if err != nil {
		fmt.Fprintln(errs, "extconf:", err)
		return defect
	}
	command, err := parser.Parse(args)
	if ended >= 0 { // --help or --version has been answered
		return ended
	}
	if err != nil {
		fmt.Fprintf(errs, "extconf: %v; see extconf --help\n", err)
		if len(args) > 0 && args[0] == "run" {
			suites.Refused(args, err) // a pipeline finds the reason in the reports, too
		}
		return usage
	}
	err = command.Run()
	var verdict exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &verdict):
		return int(verdict)
	default:
		fmt.Fprintln(errs, "extconf:", err)
		return usage
	}
}

// exit is the status of a command that has said all there is to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
