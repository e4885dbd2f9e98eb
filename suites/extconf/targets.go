package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sync/errgroup"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
)

type targetsCommand struct {
	File    string   `arg:"" help:"List of targets, in YAML." placeholder:"FILE"`
	Reports string   `help:"Folder of the table, and of a folder for each target." default:"reports/targets" placeholder:"DIR"`
	AtOnce  int      `help:"Targets that are judged at once." default:"2"`
	Force   bool     `help:"Put side by side also what was judged by different contracts, suites or gates."`
	As      string   `help:"Form in which the table is printed: text, markdown, html or json." enum:"text,markdown,html,json" default:"text"`
	Flags   []string `arg:"" optional:"" passthrough:"" help:"Flags of extconf run for all targets, after --."`
}

// Help is printed below the flags' summary.
func (targetsCommand) Help() string {
	return `Examples:

  extconf targets regions.yaml
      judges each target in a process of its own, two at once, and prints a table
  extconf targets --at-once=8 --reports=reports/regions regions.yaml -- --label-filter=create
      eight at once, and only create

The file names each target, where it is, its profile, and in which of your
variables its keys are:

  targets:
    - name: eu
      target: https://eu.example.org/api/v1
      profile: staging
      keys: {EXTCONF_API_KEY: EU_KEY, EXTCONF_OTHER_API_KEY: EU_OTHER_KEY}
    - name: us
      target: https://us.example.org/api/v1
      profile: us.yaml
      keys: {EXTCONF_API_KEY: US_KEY}

The exit status is that of the worst verdict.`
}

// listed is one target of the list.
type listed struct {
	Name    string `yaml:"name"`
	Target  string `yaml:"target"`
	Profile string `yaml:"profile"`
	// Keys says, for a variable that the profile names, which of ours holds it.
	Keys map[string]string `yaml:"keys"`
}

func (c *targetsCommand) Run(out io.Writer) error {
	list, err := readTargets(c.File)
	if err != nil {
		return err
	}
	if c.AtOnce < 1 {
		return fmt.Errorf("at-once is %d; it must be at least 1", c.AtOnce)
	}
	if len(c.Flags) > 0 && c.Flags[0] == "--" {
		c.Flags = c.Flags[1:]
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	all := make([]*reports.Report, len(list))
	var group errgroup.Group
	group.SetLimit(c.AtOnce)
	for i, one := range list {
		group.Go(func() error {
			dir := filepath.Join(c.Reports, one.Name)
			failed := one.judge(ctx, self, dir, c.Flags)
			report, err := reports.Load(dir)
			if err != nil {
				return fmt.Errorf("%s: %w", one.Name, errors.Join(failed, err))
			}
			report.Target.Name = one.Name
			all[i] = report
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	table, err := reports.NewTable(all, reports.TableOptions{Force: c.Force})
	if err != nil {
		return err
	}
	return showTable(out, c.Reports, c.As, table)
}

// judge runs the suite on one target, in a process of its own.
func (t listed) judge(ctx context.Context, self, dir string, flags []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, reports.ReportFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "output.txt"))
	if err != nil {
		return err
	}
	defer log.Close()
	args := append([]string{"run", "--target=" + t.Target, "--reports=" + dir}, flags...)
	if t.Profile != "" {
		args = append(args, "--profile="+t.Profile)
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = os.Environ()
	for name, from := range t.Keys {
		cmd.Env = append(cmd.Env, name+"="+os.Getenv(from))
	}
	return cmd.Run()
}

var targetName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// readTargets reads the list, and refuses what cannot work before anything is
// sent. The error says in one line which target is wrong, and how.
func readTargets(file string) ([]listed, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the list of targets cannot be read: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	var doc struct {
		Targets []listed `yaml:"targets"`
	}
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", file, strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	}
	if len(doc.Targets) == 0 {
		return nil, fmt.Errorf("%s: it lists no targets", file)
	}
	var names []string
	for i, t := range doc.Targets {
		switch {
		case !targetName.MatchString(t.Name):
			return nil, fmt.Errorf("%s: target %d: the name %q must be of letters, digits and _.-, for its folder", file, i+1, t.Name)
		case slices.Contains(names, t.Name):
			return nil, fmt.Errorf("%s: two targets are called %q", file, t.Name)
		}
		names = append(names, t.Name)
		if err := targets.CheckURL("target", t.Target); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, t.Name, err)
		}
		if t.Profile != "" {
			if _, err := targets.Load(t.Profile); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", file, t.Name, err)
			}
		}
		for name, from := range t.Keys {
			if os.Getenv(from) == "" {
				return nil, fmt.Errorf("%s: %s: %s is to come from %s, which is not set", file, t.Name, name, from)
			}
		}
	}
	return doc.Targets, nil
}
