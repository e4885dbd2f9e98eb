// Command extconf judges whether a server keeps the promises of the Elastic
// Cloud deployments/extensions API.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/alecthomas/kong"

	"github.com/extconf/extconf/suites"
	"github.com/extconf/extconf/suites/kit"
	"github.com/extconf/extconf/suites/prove"
)

// The exit statuses: those of the verdict, and usage for what could not begin.
const (
	usage  = 3
	defect = 4
)

// commands are the subcommands; each is a file of this package.
type commands struct {
	Run          runCommand          `cmd:"" help:"Judge a target, the embedded mock by default."`
	Targets      targetsCommand      `cmd:"" help:"Judge a list of targets and put them side by side."`
	Mock         mockCommand         `cmd:"" help:"Serve the mock, or a faulty one, on a loopback port."`
	Requirements requirementsCommand `cmd:"" help:"Print the catalogue of requirements, each with its specs."`
	Sweep        sweepCommand        `cmd:"" help:"Delete what a run that was killed left behind."`
	Prove        proveCommand        `cmd:"" help:"Let the suite judge all that it has to catch, and what it has to leave alone."`
	Show         showCommand         `cmd:"" help:"Print what came of a run again, also for GitHub."`
	Compare      compareCommand      `cmd:"" help:"Say what changed from one run to a later one."`
	Merge        mergeCommand        `cmd:"" help:"Join shards of a run, or put several targets side by side."`
	Judge        judgeCommand        `cmd:"" help:"Judge the recorded exchanges of a run again, offline."`

	Version kong.VersionFlag `help:"Print the version of the suite."`
}

func main() {
	suites.CollectRarely()
	log.SetOutput(io.Discard) // of net/http, which repeats what a target sends
	suites.Reenter()
	prove.Reenter()
	os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs a command line and returns its exit status.
func execute(args []string, out, errs io.Writer) (status int) {
	var c commands
	ended := -1
	parser, err := kong.New(
		&c,
		kong.Name("extconf"),
		kong.Description("Does this target keep every promise that the deployments/extensions API documents?\n\nExit status of run: 0 conformant, 1 non-conformant, 2 inconclusive, 3 nothing could be judged, 4 a defect of the suite."),
		kong.DefaultEnvars("EXTCONF"),
		kong.Vars{"version": kit.Version()},
		kong.Writers(out, errs),
		kong.Exit(func(code int) { ended = code }),
		kong.BindTo(out, (*io.Writer)(nil)),
	)
	if err != nil {
		fmt.Fprintln(errs, "extconf:", err)
		return defect
	}
	if len(args) == 0 {
		args = []string{"--help"}
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
