package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.workflow.Drafts;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;

/** What the start page offers: templates, the files opened lately, and drafts that a crash left. */
final class StartOffers {

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.SHORT);

    private final StartPage page;
    private final MainWindow.Place place;
    private final SessionKeeper session;
    private final Drafts drafts;
    private final Opener opener;
    private final FileWork work;
    private List<Template> templates = List.of();

    StartOffers(
            StartPage page,
            MainWindow.Place place,
            SessionKeeper session,
            Drafts drafts,
            Opener opener,
            FileWork work) {
        this.page = page;
        this.place = place;
        this.session = session;
        this.drafts = drafts;
        this.opener = opener;
        this.work = work;
    }

    /** Looks again for files and templates. */
    void refresh() {
        page.showRecent(session.recentFiles());
        work.soon(() -> Template.all(place.workflows(), place.runs()), all -> {
            templates = all;
            page.showTemplates(all);
        });
    }

    /** The files that were opened lately, and the templates. */
    List<Path> files() {
        List<Path> all = new ArrayList<>(session.recentFiles());
        templates.stream()
                .map(Template::file)
                .filter(file -> !all.contains(file))
                .forEach(all::add);
        return all;
    }

    boolean isTemplate(Path file) {
        return templates.stream().anyMatch(template -> template.file().equals(file));
    }

    /** Offers drafts, each until the user opens or discards it. */
    void offer(List<Drafts.Draft> abandoned) {
        showDrafts(new ArrayList<>(abandoned));
    }

    private void showDrafts(List<Drafts.Draft> left) {
        List<StartPage.Recovered> shown = new ArrayList<>();
        for (Drafts.Draft draft : left) {
            shown.add(new StartPage.Recovered(
                    title(draft),
                    WHEN.format(draft.at().atZone(ZoneId.systemDefault())),
                    () -> {
                        left.remove(draft);
                        showDrafts(left);
                        opener.draft(draft);
                    },
                    () -> {
                        left.remove(draft);
                        showDrafts(left);
                        drafts.discard(draft);
                    }));
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
