package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.workflow.Drafts;
import graft.app.workflow.FileIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the start page offers: templates, the files opened lately, and drafts that a crash left. */
final class StartOffers {

    private final StartPage page;
    private final EditorPlace place;
    private final SessionKeeper session;
    private final Leftovers leftovers;
    private final Opener opener;
    private final FileWork work;
    private final TemplatePictures pictures = new TemplatePictures();
    private List<Template> templates = List.of();

    StartOffers(
            StartPage page,
            EditorPlace place,
            SessionKeeper session,
            Leftovers leftovers,
            Opener opener,
            FileWork work) {
        this.page = page;
        this.place = place;
        this.session = session;
        this.leftovers = leftovers;
        this.opener = opener;
        this.work = work;
        leftovers.onChange(this::showDrafts);
    }

    /** Looks again for files and templates. */
    void refresh() {
        page.showRecent(session.recentFiles());
        work.soon(this::readTemplates, all -> {
            templates = all;
            page.showTemplates(all);
        });
    }

    private List<Template> readTemplates() {
        List<Template> all = new ArrayList<>(Template.all(place.workflows(), place.runs(), pictures));
        all.addAll(Template.ofPlugins(place.library().enclosed(), place.runs(), pictures));
        return all;
    }

    /** The files that were opened lately, and the templates. */
    List<Path> files() {
        List<Path> all = new ArrayList<>(session.recentFiles());
        templates.stream()
                .map(Template::file)
                .filter(file -> all.stream().noneMatch(each -> FileIdentity.same(each, file)))
                .forEach(all::add);
        return all;
    }

    boolean isTemplate(Path file) {
        return templates.stream().anyMatch(template -> FileIdentity.same(template.file(), file));
    }

    private void showDrafts(List<Drafts.Draft> left) {
        List<StartPage.Recovered> shown = new ArrayList<>();
        for (Drafts.Draft draft : left) {
            shown.add(new StartPage.Recovered(
                    title(draft), Leftovers.when(draft), () -> opener.draft(draft), () -> leftovers.discard(draft)));
        }
        page.showDrafts(shown);
    }

    private static String title(Drafts.Draft draft) {
        return draft.file()
                .map(file -> file.getFileName().toString())
                .orElseGet(() -> draft.workflow().title().isEmpty()
                        ? Strings.get("tab.untitled")
                        : draft.workflow().title());
    }
}
