package graft.file;

import com.google.gson.JsonParseException;
import com.google.gson.stream.MalformedJsonException;
import graft.node.Problem;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Why a file could not be read or written: what the system said, in words for the user.
 *
 * <p>Java's own message is often nothing but the path; it stays beneath as the cause.
 */
public enum FileFault {
    FULL(
            "the disk is full",
            "free some space on the disk",
            "free some space or choose a folder on another disk",
            "no space left",
            "not enough space",
            "quota"),
    READ_ONLY(
            "the disk is read-only", "choose another disk", "choose a folder on another disk", "read-only file system"),
    NOT_ALLOWED(
            "it may not be read",
            "change its rights or choose another",
            "choose another folder or change its rights",
            "permission denied",
            "access is denied",
            "not permitted"),
    NAME_TOO_LONG(
            "its name or path is longer than the system takes",
            "give it a shorter name",
            "choose a shorter name or path",
            "name too long"),
    A_FOLDER("it is a folder", "choose a file", "choose another name", "is a directory"),
    NOT_A_FOLDER("a part of its path is not a folder", "check the path", "choose another folder", "not a directory"),
    IN_A_CIRCLE(
            "its path is a circle of links", "check the path", "choose another folder", "too many levels of symbolic"),
    MISSING("there is no such file", "check the path", "choose another folder", "no such file", "cannot find"),
    TOO_LARGE(
            "the file is larger than the disk takes",
            "choose another disk",
            "choose a folder on another disk",
            "file too large"),
    TOO_MANY_OPEN("too many files are open", "close other programs", "close other programs", "too many open files"),
    IN_USE(
            "another program uses it",
            "close that program",
            "close that program or choose another name",
            "being used by another",
            "text file busy",
            "resource busy"),
    BROKEN_DISK(
            "the disk fails",
            "check the disk and copy the file again",
            "check the disk or choose another",
            "input/output error",
            "stale file handle",
            "no such device",
            "i/o error"),
    NO_UTF_8("it is not text in UTF-8", "save it again as UTF-8", "choose another folder"),
    ENDS_EARLY("the file ends early", "copy or download it again", "choose another folder or disk"),
    NO_ARCHIVE("it is damaged, or no such archive", "copy or download it again", "choose another folder or disk"),
    UNKNOWN(
            "the system failed at it and gave no reason that Graft knows",
            "check the file's rights and the disk",
            "choose another folder or disk");

    /** An {@link IOException} whose message is in Graft's own words, as the middle of a sentence. */
    public static final class Told extends IOException {

        private static final long serialVersionUID = 1;

        public Told(String why) {
            super(why);
        }
    }

    private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

    private final String why;
    private final String whenReading;
    private final String whenWriting;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of texts
    private final List<String> said;

    FileFault(String why, String whenReading, String whenWriting, String... said) {
        this.why = why;
        this.whenReading = whenReading;
        this.whenWriting = whenWriting;
        this.said = List.of(said);
    }

    /** As the middle of a sentence. */
    String why() {
        return why;
    }

    /** Which one a failure is, by its type or by what the system says of it. */
    public static FileFault of(Throwable failure) {
        String text = words(failure);
        for (FileFault fault : values()) {
            if (fault.said.stream().anyMatch(text::contains)) {
                return fault;
            }
        }
        return byType(failure);
    }

    private static String words(Throwable failure) {
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return String.valueOf(reason).toLowerCase(Locale.ROOT);
    }

    private static FileFault byType(Throwable failure) {
        if (failure instanceof AccessDeniedException) {
            return NOT_ALLOWED;
        }
        if (failure instanceof ReadOnlyFileSystemException) {
            return READ_ONLY;
        }
        if (failure instanceof NotDirectoryException || failure instanceof FileAlreadyExistsException) {
            return NOT_A_FOLDER;
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return A_FOLDER;
        }
        if (failure instanceof FileSystemLoopException) {
            return IN_A_CIRCLE;
        }
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return MISSING;
        }
        if (failure instanceof CharacterCodingException) {
            return NO_UTF_8;
        }
        if (failure instanceof EOFException) {
            return ENDS_EARLY;
        }
        return failure instanceof ZipException ? NO_ARCHIVE : UNKNOWN;
    }

    /** Why something could not be read, as the middle of a sentence; the first cause that says more than its type counts. */
    public static String why(Throwable failure) {
        List<Throwable> chain =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
        for (Throwable each : chain) {
            if (each instanceof Told) {
                return String.valueOf(each.getMessage());
            }
            if (each instanceof Problem problem) {
                return problem.why();
            }
        }
        for (Throwable each : chain) {
            if (isJson(each)) {
                return noJson(each);
            }
            if (of(each) != UNKNOWN) {
                return of(each).why;
            }
        }
        return failure instanceof RuntimeException && !(failure instanceof UncheckedIOException)
                ? "something in it is missing or is not what should be there"
                : UNKNOWN.why;
    }

    private static boolean isJson(Throwable failure) {
        return failure instanceof JsonParseException
                || failure instanceof MalformedJsonException
                || (failure instanceof EOFException
                        && PLACE.matcher(String.valueOf(failure.getMessage())).find());
    }

    /** With the place, which the JSON reader tells in its message alone. */
    private static String noJson(Throwable failure) {
        Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
        return place.find()
                ? "it is no JSON (near line " + place.group(1) + ", column " + place.group(2) + ")"
                : "it is no JSON";
    }

    /** Says in one sentence why a file could not be read. */
    public static Problem reading(Path file, Throwable failure) {
        return new Problem("cannot read " + file, why(failure), of(failure).whenReading).causedBy(failure);
    }

    /** Says in one sentence why a file could not be written, or a folder made. */
    public static Problem writing(Path target, Throwable failure) {
        FileFault fault = of(failure);
        String why =
                switch (fault) {
                    case NOT_ALLOWED -> "the folder may not be written to";
                    case A_FOLDER -> "a folder of that name is there";
                    // A file cannot be missing that is to be made: some folder is.
                    case MISSING -> NOT_A_FOLDER.why;
                    default -> why(failure);
                };
        return new Problem("cannot write " + target, why, fault.whenWriting).causedBy(failure);
    }
}
