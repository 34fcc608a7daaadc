package graft.app.cases;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that is no UTF-8 is refused in a sentence, wherever a person's text is read. */
class TextsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"utf16le-bom.json", "utf16le-nobom.json", "utf32.json", "cp1252.json"})
    void theGivenCaptionsAreRefused(String workflow) {
        CaseFolder.of("13-caption-encodings", folder)
                .check(workflow)
                .refused("Cannot read the caption", "a.txt: it is not text in UTF-8", "save it again as UTF-8");
    }

    @Test
    void allFormsOfUtf8AreRead() {
        CaseFolder.of("13-caption-encodings", folder).check("workflow.json").done();
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16BE,a photo of a lamp,''",
        "UTF-16LE,a photo of a lamp,''",
        "UTF-16,a photo of a lamp,but in UTF-16",
        "UTF-32LE,lamp,''",
        "UTF-32BE,lamp,''",
        "UTF-16LE,лампа,''",
        "UTF-16BE,λάμπα,''",
        "UTF-16LE,a,''",
        "windows-1252,eine schöne Lampe,''",
        "windows-1251,лампа,''",
        "ISO-8859-1,la lampe dorée,''",
        "Shift_JIS,ランプ,''",
        "GBK,灯,''"
    })
    void captionsInOtherEncodingsAreRefused(String encoding, String text, String told) throws IOException {
        CaseFolder captions = CaseFolder.of("13-caption-encodings", folder);
        Files.write(captions.path("cp1252/a.txt"), text.getBytes(Charset.forName(encoding)));
        captions.check("cp1252.json").refused("it is not text in UTF-8", told);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 14, 31})
    void captionsWithCharactersThatAreNoTextAreRefused(int character) throws IOException {
        CaseFolder captions = CaseFolder.of("13-caption-encodings", folder);
        Files.writeString(captions.path("cp1252/a.txt"), "a" + (char) character + "b");
        captions.check("cp1252.json")
                .refused("it is not text in UTF-8: it holds U+" + String.format("%04X", character));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\uFEFFa lamp", "a lamp\r\n", "\n\n a lamp\r", "a\tlamp \u001A", "лампа 灯 🪔", "\u0301lamp"})
    void captionsInUtf8AreRead(String text) throws IOException {
        CaseFolder captions = CaseFolder.of("13-caption-encodings", folder);
        Files.writeString(captions.path("cp1252/a.txt"), text);
        captions.check("cp1252.json").done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void workflowsInOtherEncodingsAreRefused(String encoding) throws IOException {
        CaseFolder captions = CaseFolder.of("13-caption-encodings", folder);
        Path workflow = captions.path("workflow.json");
        Files.write(workflow, Files.readString(workflow).getBytes(Charset.forName(encoding)));
        captions.check("workflow.json").refused("Cannot read", "workflow.json", "it is not text in UTF-8");
    }

    @Test
    void aWorkflowWithAMarkOfByteOrderIsRead() throws IOException {
        CaseFolder captions = CaseFolder.of("13-caption-encodings", folder);
        Path workflow = captions.path("workflow.json");
        byte[] text = Files.readAllBytes(workflow);
        byte[] mark = "\uFEFF".getBytes(StandardCharsets.UTF_8);
        Files.write(
                workflow,
                ByteBuffer.allocate(mark.length + text.length)
                        .put(mark)
                        .put(text)
                        .array());
        captions.check("workflow.json").done();
    }
}
