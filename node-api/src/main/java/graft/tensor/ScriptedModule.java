package graft.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A class of TorchScript methods from a text, loaded into libtorch for the life of the process.
 *
 * <p>A TorchScript archive is a stored zip of the code and a pickle of the module's state, which here is empty.
 */
final class ScriptedModule {

    /** Pickle of {@code __torch__.Operators} with {@code training=True} and no hooks. */
    private static final byte[] STATE = ("\u0080\u0002c__torch__\nOperators\nq\u0000)\u0081}("
                    + "X\u0008\u0000\u0000\u0000trainingq\u0001\u0088"
                    + "X\u0016\u0000\u0000\u0000_is_full_backward_hookq\u0002N" + "ubq\u0003.")
            .getBytes(StandardCharsets.ISO_8859_1);

    /** Pickle of an empty tuple. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    /** The version of the operators' schemas that the code was written against. */
    private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final PtSymbolBlock block;
    private final Map<String, NDArray> methodTags = new ConcurrentHashMap<>();

    ScriptedModule(String resource) {
        try (InputStream code = ScriptedModule.class.getResourceAsStream(resource)) {
            byte[] archive = archive(code.readAllBytes());
            block = JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] archive(byte[] code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "data.pkl", STATE);
            store(zip, "version", VERSION);
            store(zip, "constants.pkl", NO_CONSTANTS);
            store(zip, "code/__torch__.py", code);
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry("operators/" + name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Lives as long as the process; for the few arrays that every call shares. */
    NDManager manager() {
        return manager;
    }

    /** A call under way: arguments in the order of the method's parameters. */
    Call call(String method) {
        return new Call(method);
    }

    final class Call {

        private final NDList arguments = new NDList();
        private final String method;

        private Call(String method) {
            this.method = method;
        }

        /** A parameter of type Tensor. */
        Call with(NDArray array) {
            // A name with a dot would make DJL pass a dictionary.
            if (array.getName() != null) {
                array.setName(null);
            }
            arguments.add(array);
            return this;
        }

        /**
         * A parameter of type List[Tensor]; not empty.
         *
         * @param name any word that no other list of the call has, followed by "[]": DJL makes a list of equal names
         */
        Call with(String name, List<NDArray> list) {
            for (NDArray array : list) {
                if (!name.equals(array.getName())) {
                    array.setName(name);
                }
                arguments.add(array);
            }
            return this;
        }

        /** The method's result, owned by the manager of the first argument's first array and the innermost scope. */
        NDArray run() {
            return results().singletonOrThrow();
        }

        /** The results of a method that gives back a list; owned as that of {@link #run}. */
        List<NDArray> runList() {
            return results();
        }

        private NDList results() {
            arguments.add(methodTags.computeIfAbsent(method, this::tag));
            return IValueUtils.forward(block, arguments, true);
        }

        private NDArray tag(String name) {
            NDArray tag = manager.create(0f);
            ai.djl.ndarray.NDScope.unregister(tag);
            tag.setName("module_method:" + name);
            return tag;
        }
    }
}
