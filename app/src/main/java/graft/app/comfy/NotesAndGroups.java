package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes over what is drawn beside the nodes of one level: notes, as comments, and groups. */
final class NotesAndGroups {

    private static final Set<String> NOTES = Set.of("Note", "MarkdownNote");

    private final Draft draft;
    private final Remarks remarks;
    private final List<Comment> comments = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    NotesAndGroups(Draft draft, Remarks remarks) {
        this.draft = draft;
        this.remarks = remarks;
    }

    static boolean isNote(ComfyNode node) {
        return NOTES.contains(node.type());
    }

    List<Comment> comments() {
        return comments;
    }

    List<Group> groups() {
        return groups;
    }

    void note(ComfyNode node) {
        String text = node.listed().stream()
                .findFirst()
                .or(() -> node.named().values().stream().findFirst())
                .filter(each -> each instanceof JsonPrimitive)
                .map(JsonElement::getAsString)
                .orElse("");
        boolean titled = !node.title().isEmpty()
                && NOTES.stream()
                        .noneMatch(type -> type.equalsIgnoreCase(node.title().replace(" ", "")));
        comments.add(new Comment(
                draft.id("note"),
                titled ? node.title() + "\n\n" + text : text,
                node.raw().pair("pos").orElse(new Place(0, 0)),
                node.raw().size("size").orElse(new Size(260, 120)),
                node.raw()
                        .colour("bgcolor")
                        .or(() -> node.raw().colour("color"))
                        .orElse("")));
    }

    void group(Loose group) {
        List<JsonElement> box = group.list("bounding");
        Optional<Place> at = box.size() < 4 ? Optional.empty() : Loose.pair(box.get(0), box.get(1));
        Optional<Size> size = box.size() < 4 ? Optional.empty() : Loose.size(Loose.pair(box.get(2), box.get(3)));
        String title = group.text("title").orElse("");
        if (at.isEmpty() || size.isEmpty()) {
            remarks.say("", "the group " + title + " has no place and size");
            return;
        }
        groups.add(new Group(draft.id("group"), title, group.colour("color").orElse(""), at.get(), size.get()));
    }
}
