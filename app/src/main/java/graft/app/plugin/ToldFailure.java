package graft.app.plugin;

import graft.node.Problem;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What can be told of a failure that a stranger's code threw: its kind, message, trace and causes, asked once and for a moment.
 *
 * <p>A class of a plugin may answer {@code getMessage} by throwing or by never coming back, and causes may lie in a ring; whoever
 * tells of a failure, logs it or looks for its cause does so of this.
 */
public final class ToldFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Causes beneath one another of which is told. */
    private static final int DEEPEST = 20;

    private static final long SECONDS = 2;

    private static final TimeLimit LIMIT = new TimeLimit();

    private final String kind;

    private ToldFailure(String kind, String message, StackTraceElement[] trace, Throwable cause) {
        super(message, cause, false, true);
        this.kind = kind;
        setStackTrace(trace);
    }

    /** The failure itself where all of it is of Graft and of what Graft brings, and its causes end; else what can be told of it. */
    public static Throwable of(Throwable failure) {
        int deep = 0;
        Throwable each = failure;
        while (each != null && !(each instanceof ToldFailure) && isOwn(each) && deep < DEEPEST) {
            each = each.getCause();
            deep++;
        }
        boolean whole = each == null || each instanceof ToldFailure;
        if (!whole && failure instanceof Problem problem && problem.getCause() != null) {
            // Its words are plain, and whoever asks for them is to find them.
            Problem same = problem.causedBy(of(problem.getCause()));
            same.setStackTrace(problem.getStackTrace());
            return same;
        }
        return whole ? failure : told(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /** Its class's name without the package, of a failure that is told of too. */
    public static String kind(Throwable failure) {
        return failure instanceof ToldFailure told ? told.kind : name(failure.getClass());
    }

    /** Without the package; a class without a name of its own is told by the one that the compiler gave it. */
    private static String name(Class<?> type) {
        return type.isAnonymousClass()
                ? type.getName().substring(type.getName().lastIndexOf('.') + 1)
                : type.getSimpleName();
    }

    private static boolean isOwn(Throwable failure) {
        ClassLoader loader = failure.getClass().getClassLoader();
        return loader == null
                || loader == ClassLoader.getPlatformClassLoader()
                || loader == ToldFailure.class.getClassLoader();
    }

    /** What a failure answers, or does not. */
    private static final class Answer {
        private volatile String message = "it says nothing of why";
        private volatile StackTraceElement[] trace = {};
        private volatile Throwable cause;
    }

    /** @param before of which was told already; causes in a ring end there */
    private static ToldFailure told(Throwable failure, Set<Throwable> before) {
        before.add(failure);
        Answer answer = new Answer();
        try {
            LIMIT.run(failure.getClass(), "message of a failure", SECONDS, () -> {
                answer.trace = failure.getStackTrace().clone();
                answer.cause = failure.getCause();
                answer.message = failure.getMessage();
            });
        } catch (Throwable noAnswer) {
            // What it did answer before is told.
        }
        Throwable cause = answer.cause;
        return new ToldFailure(
                name(failure.getClass()),
                answer.message,
                answer.trace,
                cause == null || before.contains(cause) || before.size() >= DEEPEST ? null : told(cause, before));
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // logs name the class that was thrown, not this one
    public String toString() {
        return getMessage() == null ? kind : kind + ": " + getMessage();
    }
}
