package graft.app.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.CodeSigner;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Who signed an archive.
 *
 * <p>Certificates are usually self-made, so that the name is only what the signer says; the fingerprint is what counts,
 * and the user decides once whether to trust it.
 *
 * @param name the certificate's subject
 * @param fingerprint SHA-256 of the certificate, in hexadecimal
 */
public record Signer(String name, String fingerprint) {

    /** A signature that is sound in Java's eyes and not in Graft's; the message is a clause. */
    static final class Unsound extends SecurityException {

        private static final long serialVersionUID = 1;

        private Unsound(String why) {
            super(why);
        }
    }

    /**
     * Reads every entry of an archive, by which Java compares it with what was signed.
     *
     * @return empty when nothing is signed
     * @throws SecurityException when an entry is not as it was signed, or only some are signed
     */
    static Optional<Signer> of(JarFile archive) throws IOException {
        Map<String, Signer> signers = new LinkedHashMap<>();
        String unsigned = "";
        for (JarEntry entry : Collections.list(archive.entries())) {
            try (InputStream in = archive.getInputStream(entry)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            if (entry.isDirectory() || belongsToSignature(entry.getName())) {
                continue;
            }
            CodeSigner[] found = entry.getCodeSigners();
            if (found == null) {
                unsigned = entry.getName();
            } else {
                for (CodeSigner signer : found) {
                    Signer known = of((X509Certificate)
                            signer.getSignerCertPath().getCertificates().get(0));
                    signers.put(known.fingerprint, known);
                }
            }
        }
        if (signers.isEmpty()) {
            if (hasSignature(archive)) {
                throw new Unsound(
                        SignatureDoubts.tooWeak(archive).orElse("it carries a signature that signs nothing in it"));
            }
            return Optional.empty();
        }
        if (!unsigned.isEmpty()) {
            throw new Unsound(unsigned + " in it is not signed, and the rest is");
        }
        if (signers.size() > 1) {
            throw new Unsound("it is signed by " + signers.size() + ", and a plugin has one signer");
        }
        return Optional.of(signers.values().iterator().next());
    }

    static Signer of(X509Certificate certificate) {
        try {
            byte[] digest = Sha512.digest("SHA-256").digest(certificate.getEncoded());
            return new Signer(
                    certificate.getSubjectX500Principal().getName(),
                    HexFormat.of().formatHex(digest));
        } catch (CertificateEncodingException e) {
            throw new SecurityException("its certificate cannot be read", e);
        }
    }

    private static boolean hasSignature(JarFile archive) {
        return archive.stream().anyMatch(entry -> entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)"));
    }

    static boolean belongsToSignature(String entry) {
        return Set.of("META-INF/MANIFEST.MF").contains(entry)
                || entry.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")
                || entry.matches("META-INF/SIG-[^/]*");
    }

    /** For people: the name and the beginning of the fingerprint. */
    @Override
    public String toString() {
        return name + " (" + fingerprint.substring(0, 16) + ")";
    }
}
