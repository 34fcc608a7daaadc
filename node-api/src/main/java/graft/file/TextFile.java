package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** A file of text that a person wrote: UTF-8, and nothing else is guessed at. */
public final class TextFile {

    private TextFile() {}

    /**
     * The text, without the mark of byte order that some editors put before it.
     *
     * @param named what a problem calls it with its path, for example "the caption dog.txt"
     * @throws Problem when it cannot be read, or is text in another encoding
     */
    public static String read(Path file, String named) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            Problem problem = FileFault.reading(file, e);
            throw new Problem("cannot read " + named, problem.why(), problem.remedy()).causedBy(e);
        }
        Optional<String> other = marked(bytes);
        if (other.isPresent()) {
            throw noUtf8(named, " but in " + other.get());
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // UTF-16 without a mark is often UTF-8 by its bytes, with such characters between the letters.
            OptionalInt control = text.chars().filter(TextFile::isNoText).findFirst();
            if (control.isPresent()) {
                throw noUtf8(named, String.format(": it holds U+%04X, as UTF-16 has it", control.getAsInt()));
            }
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw noUtf8(named, "").causedBy(e);
        }
    }

    /** Control characters that no editor writes: all but tabs, ends of lines and pages, end of file and escape. */
    private static boolean isNoText(int character) {
        return character < 0x20 && "\t\n\u000B\f\r\u001A\u001B".indexOf(character) < 0;
    }

    /** Another encoding, by the mark of byte order. */
    private static Optional<String> marked(byte[] bytes) {
        if (starts(bytes, 0xFF, 0xFE, 0, 0) || starts(bytes, 0, 0, 0xFE, 0xFF)) {
            return Optional.of("UTF-32");
        }
        return starts(bytes, 0xFF, 0xFE) || starts(bytes, 0xFE, 0xFF) ? Optional.of("UTF-16") : Optional.empty();
    }

    private static boolean starts(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static Problem noUtf8(String named, String how) {
        return new Problem("cannot read " + named, FileFault.NO_UTF_8.why() + how, "save it again as UTF-8");
    }
}
