package graft.app.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Checksums by which an archive is known, in hexadecimal. */
public final class Sha512 {

    private Sha512() {}

    /** The checksum of a file. */
    public static String of(Path file) throws IOException {
        MessageDigest digest = digest("SHA-512");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The checksum of bytes. */
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-512").digest(bytes));
    }

    /** Whether a text has the form of a checksum. */
    static boolean isOne(String text) {
        return text.toLowerCase(Locale.ROOT).matches("[0-9a-f]{128}");
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
