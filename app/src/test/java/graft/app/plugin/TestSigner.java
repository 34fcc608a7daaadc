package graft.app.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.zip.ZipFile;
import jdk.security.jarsigner.JarSigner;

/** Somebody who signs archives with a key of their own. */
final class TestSigner {

    private static final char[] PASSWORD = "password".toCharArray();

    private final JarSigner signer;

    TestSigner(String name, Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-validity",
                        "36500")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Certificate[] chain = keys.getCertificateChain("key");
        signer = new JarSigner.Builder(
                        (PrivateKey) keys.getKey("key", PASSWORD),
                        CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain)))
                .build();
    }

    /** Signs an archive in place. */
    Path sign(Path archive) throws IOException {
        Path signed = Files.createTempFile("signed", ".jar");
        try (ZipFile zip = new ZipFile(archive.toFile());
                OutputStream out = Files.newOutputStream(signed)) {
            signer.sign(zip, out);
        }
        Files.copy(signed, archive, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.delete(signed);
        return archive;
    }
}
