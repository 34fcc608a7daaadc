package graft.app.command;

/**
 * Where the output goes: a terminal, whose last line may be written over, or a file or pipe.
 *
 * @param interactive whether a person watches
 * @param width columns of the terminal
 */
record Terminal(boolean interactive, int width) {

    private static final int USUAL_WIDTH = 80;

    static final Terminal PIPE = new Terminal(false, USUAL_WIDTH);

    /** What standard output is; the launcher knows better than Java and says so in {@code graft.terminal}. */
    @SuppressWarnings("SystemConsoleNull") // the version is asked first: from 22 on the answer says nothing
    static Terminal detect() {
        String width = System.getProperty("graft.terminal");
        if (width != null) {
            return width.isEmpty()
                    ? PIPE
                    : new Terminal(true, width.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(width) : USUAL_WIDTH);
        }
        return new Terminal(Runtime.version().feature() < 22 && System.console() != null, USUAL_WIDTH);
    }
}
