package graft.app.command;

/** What the process tells its caller. */
final class ExitCode {

    static final int DONE = 0;
    /** A node failed, or a check of the machine did. */
    static final int FAILED = 1;
    /** The arguments or the workflow are wrong; nothing ran. */
    static final int WRONG_INPUT = 2;
    /** 128 + SIGINT, as shells report it. */
    static final int CANCELLED = 130;

    private ExitCode() {}
}
