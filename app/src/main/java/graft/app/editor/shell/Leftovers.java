package graft.app.editor.shell;

import graft.app.workflow.Drafts;
import graft.app.workflow.FileIdentity;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Unsaved work that processes which are no more left, each until it is taken up or discarded. */
final class Leftovers {

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.SHORT);

    private final Drafts drafts;
    private final List<Drafts.Draft> left = new ArrayList<>();
    private Consumer<List<Drafts.Draft>> listener = all -> {};

    Leftovers(Drafts drafts) {
        this.drafts = drafts;
    }

    /** From now on tells of what is left. */
    void onChange(Consumer<List<Drafts.Draft>> told) {
        listener = told;
    }

    /** What was found on the disk, the newest first. */
    void found(List<Drafts.Draft> abandoned) {
        left.addAll(abandoned);
        tell();
    }

    /** How many there are for which something is so. */
    long count(Predicate<Drafts.Draft> so) {
        return left.stream().filter(so).count();
    }

    /** The newest that is of a file. */
    Optional<Drafts.Draft> newest(Path file) {
        return left.stream()
                .filter(draft ->
                        draft.file().filter(its -> FileIdentity.same(its, file)).isPresent())
                .findFirst();
    }

    /** It is open now. */
    void taken(Drafts.Draft draft) {
        left.remove(draft);
        tell();
    }

    /** Nobody wants it. */
    void discard(Drafts.Draft draft) {
        taken(draft);
        drafts.discard(draft);
    }

    private void tell() {
        listener.accept(List.copyOf(left));
    }

    /** When a draft was written, for people. */
    static String when(Drafts.Draft draft) {
        return WHEN.format(draft.at().atZone(ZoneId.systemDefault()));
    }
}
