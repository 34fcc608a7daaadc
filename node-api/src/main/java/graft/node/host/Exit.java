package graft.node.host;

/** Stands in for {@code System.exit} in a plugin, which would end the whole program. */
public final class Exit {

    /** A plugin tried to end the program. */
    public static final class Refused extends Error {

        private static final long serialVersionUID = 1;

        Refused(int status) {
            super("it called System.exit(" + status + "), which would end the whole program");
        }
    }

    private Exit() {}

    /** Always throws. */
    @SuppressWarnings("DoNotCallSuggester") // the host makes plugins call it
    public static void exit(int status) {
        throw new Refused(status);
    }
}
