package graft.node;

import java.util.Optional;

/**
 * Something that the user can mend: what happened, why, and what to do, as the parts of one sentence.
 *
 * <p>{@code new Problem("cannot read dog.png", "it is not a picture", "remove it or save it as PNG, JPEG or WebP")}
 * reads "Cannot read dog.png: it is not a picture; remove it or save it as PNG, JPEG or WebP."
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Characters of each part, which may repeat what a stranger wrote. */
    private static final int MOST = 4000;

    private final String happened;
    private final String why;
    private final String remedy;
    private final String socket;

    public Problem(String happened, String why, String remedy) {
        this(PlainText.line(happened, MOST), PlainText.line(why, MOST), PlainText.line(remedy, MOST), null, null);
    }

    private Problem(String happened, String why, String remedy, String socket, Throwable cause) {
        super(capitalised(happened) + ": " + why + "; " + remedy + ".", cause);
        this.happened = happened;
        this.why = why;
        this.remedy = remedy;
        this.socket = socket;
    }

    /** The same problem, placed at an input, output or setting of the node. */
    public Problem at(String socketOrSetting) {
        return new Problem(happened, why, remedy, socketOrSetting, getCause());
    }

    /** The same problem with the failure beneath it, whose trace is shown folded. */
    public Problem causedBy(Throwable cause) {
        return new Problem(happened, why, remedy, socket, cause);
    }

    public String happened() {
        return happened;
    }

    public String why() {
        return why;
    }

    public String remedy() {
        return remedy;
    }

    /** The input, output or setting that it is about, when it is about one. */
    public Optional<String> socket() {
        return Optional.ofNullable(socket);
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
