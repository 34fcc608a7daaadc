package graft.app.command;

import graft.file.ImageFile;
import graft.node.Html;
import graft.node.Problem;
import graft.picture.Picture;
import graft.picture.Thumbnail;
import graft.train.data.DataFinding;
import java.nio.file.Path;
import java.util.List;

/** What was found about training pictures, as a page that needs nothing else for what it shows. */
final class DataReport {

    /** Of a finding: a page has an end. */
    private static final int PICTURES = 24;

    private final String title;
    private final int pictures;
    private final List<DataFinding> findings;
    private final Path folder;
    private final StringBuilder html = new StringBuilder();

    /**
     * Of findings.
     *
     * @param pictures how many were looked at
     * @param folder where the page will lie, for its links
     */
    DataReport(String title, int pictures, List<DataFinding> findings, Path folder) {
        this.title = title;
        this.pictures = pictures;
        this.findings = findings;
        this.folder = folder;
    }

    /** How much something matters, in a sentence. */
    static String words(DataFinding.Weight weight) {
        return switch (weight) {
            case MUCH -> "Matters much.";
            case SOME -> "Matters.";
            case LITTLE -> "Matters little.";
        };
    }

    String page() {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(Html.text("Pictures: " + title))
                .append("</title>\n<style>\n")
                .append(Html.styles(DataReport.class, "data.css"))
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(Html.text(title))
                .append("</h1>\n<p class=\"lead\">")
                .append(pictures)
                .append(pictures == 1 ? " picture. " : " pictures. ")
                .append(
                        findings.isEmpty()
                                ? "Nothing is wrong with them."
                                : findings.size() + (findings.size() == 1 ? " thing" : " things")
                                        + " to know before they are learnt, what matters most first.")
                .append("</p>\n");
        findings.forEach(this::finding);
        html.append("</main>\n</body>\n</html>\n");
        return html.toString();
    }

    private void finding(DataFinding finding) {
        html.append("<section class=\"")
                .append(finding.kind().weight().name())
                .append("\">\n<small>")
                .append(words(finding.kind().weight()))
                .append("</small>\n<h2>")
                .append(Html.text(finding.sentence()))
                .append("</h2>\n<p>")
                .append(Html.text(finding.kind().remedy()))
                .append("</p>\n<div class=\"pictures\">\n");
        finding.pictures().stream().limit(PICTURES).forEach(this::picture);
        html.append("</div>\n");
        if (finding.pictures().size() > PICTURES) {
            html.append("<p>and ").append(finding.pictures().size() - PICTURES).append(" more</p>\n");
        }
        html.append("</section>\n");
    }

    private void picture(DataFinding.Shown shown) {
        String name = String.valueOf(shown.file().getFileName());
        html.append("<figure>");
        try {
            String image = Thumbnail.of(Picture.of(ImageFile.read(shown.file())));
            html.append("<a href=\"")
                    .append(Html.text(folder.toUri()
                            .relativize(shown.file().toAbsolutePath().toUri())
                            .toString()))
                    .append("\"><img alt=\"")
                    .append(Html.text(name))
                    .append("\" src=\"")
                    .append(image)
                    .append("\"></a>");
        } catch (Problem unreadable) {
            html.append("<div class=\"none\">not readable</div>");
        }
        html.append("<figcaption><b>")
                .append(Html.text(name))
                .append("</b>")
                .append(Html.text(shown.note()))
                .append("</figcaption></figure>\n");
    }
}
