package graft.app.editor.shell;

import graft.app.editor.Background;
import graft.app.editor.inspector.FileLibrary;
import graft.app.workflow.Workflow;
import graft.node.Setting;
import graft.train.data.DataLook;
import java.awt.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The way from a folder of pictures to a workflow that learns them: what the guide asks of the window. */
final class Teaching implements TeachDialog.Host {

    private final Window window;
    private final Path templates;
    private final Checks checks;
    private final FileLibrary files;
    private final Opener opener;
    private final FileWork work;
    private final MessageBoxes boxes;
    private final Runnable run;
    private final DataLook dataLook = new DataLook();
    private Lesson last = Lesson.first();

    /**
     * Nothing said yet.
     *
     * @param templates the folder of the workflows that ship
     * @param run runs the workflow in front
     */
    Teaching(
            Window window,
            Path templates,
            Checks checks,
            FileLibrary files,
            Opener opener,
            FileWork work,
            MessageBoxes boxes,
            Runnable run) {
        this.window = window;
        this.templates = templates;
        this.checks = checks;
        this.files = files;
        this.opener = opener;
        this.work = work;
        this.boxes = boxes;
        this.run = run;
    }

    /** Asks what to teach. */
    void ask() {
        TeachDialog.show(window, last, this);
    }

    @Override
    public void look(String folder, String model, Consumer<LessonPictures> then) {
        checks.known(
                LessonPictures.asked(folder, model),
                known -> Background.FILES.run(() -> LessonPictures.of(known, dataLook), then, boxes::tell));
    }

    @Override
    public void models(Consumer<List<String>> then) {
        files.find(
                Setting.Control.MODEL,
                entries -> then.accept(entries.stream()
                        .map(FileLibrary.Entry::place)
                        .distinct()
                        .toList()));
    }

    @Override
    public void said(Lesson lesson) {
        last = lesson;
    }

    @Override
    public void teach(Lesson lesson, LessonPictures pictures, boolean go) {
        LessonPlan plan = new LessonPlan(lesson, pictures.files().size(), pictures.captions(), pictures.side());
        work.soon(() -> plan.of(Workflow.read(templates.resolve(lesson.method().template()))), workflow -> {
            opener.untitled(workflow);
            if (go) {
                run.run();
            }
        });
    }
}
