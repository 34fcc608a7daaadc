package graft.app.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.CodeSigner;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What is to be said against a signature that holds: a certificate that is out of date, a key or a digest that is too weak by
 * today's measure (NIST SP 800-131A: no SHA-1, no DSA, RSA of 2048 bits at least).
 */
final class SignatureDoubts {

    private static final int LEAST_RSA_BITS = 2048;

    /** Digests by their object identifiers (RFC 3279, RFC 8017). */
    private static final List<Weak> WEAK =
            List.of(new Weak("SHA-1", "2b0e03021a"), new Weak("MD5", "2a864886f70d0205"));

    /** A signature block names its digest within so many bytes; what may follow, such as the certificates, is of others. */
    private static final int BLOCK_HEAD = 64;

    private record Weak(String digest, String identifier) {

        /** As it stands in the block: its tag, its length and itself, a character a byte. */
        String bytes() {
            byte[] content = HexFormat.of().parseHex(identifier);
            return "\u0006" + (char) content.length + new String(content, StandardCharsets.ISO_8859_1);
        }
    }

    private SignatureDoubts() {}

    /**
     * The doubts of an archive whose signature is sound.
     *
     * @return a clause each; none when there is nothing to say
     */
    static List<String> of(JarFile archive) throws IOException {
        for (JarEntry entry : Collections.list(archive.entries())) {
            if (entry.isDirectory() || Signer.belongsToSignature(entry.getName())) {
                continue;
            }
            try (InputStream in = archive.getInputStream(entry)) {
                in.transferTo(OutputStream.nullOutputStream()); // it has signers once it was read
            }
            CodeSigner[] signers = entry.getCodeSigners();
            if (signers != null) {
                List<String> doubts = new ArrayList<>(of(
                        (X509Certificate)
                                signers[0].getSignerCertPath().getCertificates().get(0),
                        Instant.now()));
                weakDigests(archive)
                        .ifPresent(digests -> doubts.add("its signature is by " + digests + ", which can be forged"));
                return List.copyOf(doubts);
            }
        }
        return List.of();
    }

    static List<String> of(X509Certificate certificate, Instant now) {
        List<String> doubts = new ArrayList<>();
        if (certificate.getNotAfter().toInstant().isBefore(now)) {
            doubts.add("the certificate of its signer expired on " + day(certificate.getNotAfter()));
        }
        if (certificate.getNotBefore().toInstant().isAfter(now)) {
            doubts.add("the certificate of its signer is not valid before " + day(certificate.getNotBefore()));
        }
        PublicKey key = certificate.getPublicKey();
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
            doubts.add("the key of its signer is RSA of " + rsa.getModulus().bitLength() + " bits, and less than "
                    + LEAST_RSA_BITS + " can be broken");
        }
        if (key instanceof DSAKey) {
            doubts.add("the key of its signer is DSA, which is no longer held to be safe");
        }
        return doubts;
    }

    private static LocalDate day(Date date) {
        return LocalDate.ofInstant(date.toInstant(), ZoneOffset.UTC);
    }

    /** Why Java takes no notice of a signature, where the digest is why; it says nothing itself. */
    static Optional<String> tooWeak(JarFile archive) throws IOException {
        return weakDigests(archive)
                .map(
                        digests -> "its signature is by " + digests
                                + ", which can be forged, so that it counts for nothing; it has to be signed by SHA-256 or a stronger one");
    }

    private static Optional<String> weakDigests(JarFile archive) throws IOException {
        Set<String> digests = new TreeSet<>();
        for (JarEntry entry : Collections.list(archive.entries())) {
            String name = entry.getName().toUpperCase(Locale.ROOT);
            if (!Signer.belongsToSignature(name) || name.endsWith("MANIFEST.MF")) {
                continue;
            }
            try (InputStream in = archive.getInputStream(entry)) {
                byte[] bytes = name.endsWith(".SF") ? in.readAllBytes() : in.readNBytes(BLOCK_HEAD);
                String latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
                if (name.endsWith(".SF")) {
                    if (latin1.contains("SHA1-Digest") || latin1.contains("SHA-1-Digest")) {
                        digests.add("SHA-1");
                    }
                    if (latin1.contains("MD5-Digest")) {
                        digests.add("MD5");
                    }
                } else {
                    WEAK.stream()
                            .filter(weak -> latin1.contains(weak.bytes()))
                            .forEach(weak -> digests.add(weak.digest()));
                }
            }
        }
        return digests.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", digests));
    }
}
