package offline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/sessions"
)

const convertHelp = `Writes a saved series in another format, which the ending of OUT chooses. What is
written is read back and compared, and what the format cannot keep is said. A file
that is there already is left alone; with --force it is moved to the folder
history beside it. IN is a file, or a series, the newest run of it, or a run of
--dir.

  plotserver convert solar.pkl solar.csv
  plotserver convert solar.csv solar.json --force`

func convertCommand() Command {
	return Command{
		Name:      "convert",
		Arguments: "IN OUT",
		Short:     "write a saved series in another format",
		long:      convertHelp,
		begin: func(flags *pflag.FlagSet) work {
			var from source
			from.addFlags(flags)
			force := flags.Bool("force", false, "move a file OUT that is there already to history")
			return func(_ context.Context, c *call) error { return convert(c, &from, *force) }
		},
	}
}

func convert(c *call, from *source, force bool) error {
	if len(c.args) != 2 {
		return usage("plotserver convert solar.pkl solar.csv", "name the file to read and the file to write")
	}
	in, out := c.args[0], c.args[1]
	format, err := sessions.FormatOf(filepath.ToSlash(out))
	if err != nil {
		return err
	}
	series, err := from.load(in)
	if err != nil {
		return err
	}
	if err := mayWrite(out, format, force); err != nil {
		return err
	}
	dir, base := filepath.Split(out)
	folder, err := sessions.OpenFolder(dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	files, moved, err := folder.Save(base, series)
	if err != nil {
		return err
	}
	again, err := folder.Load(files[0])
	if err != nil {
		return fmt.Errorf("wrote %q, but it can't be read back: %w", folder.Path(files[0]), err)
	}
	fmt.Fprintf(c.stdout, "%s: %s converted to %s\n", in, counted([]*sessions.Series{series}), folder.Path(files[0]))
	for _, old := range moved {
		fmt.Fprintf(c.stdout, "  what stood there before is now %s\n", folder.Path(old))
	}
	meta := files[0] + sessions.MetaEnding
	if _, err := os.Stat(folder.Path(meta)); err == nil {
		fmt.Fprintf(c.stdout, "  what a %v file cannot hold, such as units, is in %s: keep the two together\n", format, folder.Path(meta))
	}
	if lost := differences(series, again); len(lost) > 0 {
		fmt.Fprintf(c.stdout, "  not kept: %s\n", strings.Join(lost, ", "))
	}
	return nil
}

// mayWrite refuses a file that is there already.
func mayWrite(out string, format sessions.Format, force bool) error {
	names := []string{out}
	if format.Beside() {
		names = append(names, out+sessions.MetaEnding)
	}
	for _, name := range names {
		_, err := os.Lstat(name)
		if err == nil && !force {
			return usage("choose another name, or --force moves it to the folder history", "cannot convert to %q: %q is there already", out, name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot convert to %q: %w", out, err)
		}
	}
	return nil
}
