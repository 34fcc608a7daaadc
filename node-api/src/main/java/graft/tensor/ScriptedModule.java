package graft.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A class of TorchScript methods from a text, loaded into libtorch for the life of the process: a block of a network as one
 * call, which DJL's own operators would take many for.
 *
 * <p>The text is as PyTorch saves one: a class without parameters, whose methods take and give tensors and lists of them,
 * and functions beside it, which are called as {@code __torch__.name}.
 *
 * <pre>{@code
 * class Gated(Module):
 *   __parameters__ = []
 *   __buffers__ = []
 *   training : bool
 *   _is_full_backward_hook : Optional[bool]
 *
 *   def gate(self: __torch__.Gated, x: Tensor, w: List[Tensor], p: List[Tensor]) -> Tensor:
 *     plan = annotate(List[int], p[0].tolist())
 *     scales = annotate(List[float], p[1].tolist())
 *     return torch.silu(__torch__.linear(x, w[0], w[1], p, plan, scales, 0))
 * }</pre>
 *
 * <p>To every text are joined the functions of the resource {@code functions.torchscript}: layers that know of
 * {@link Updates}, attention, norms. A text's own function goes before one of them of the same name. Methods are differentiable while {@link Gradient} is on. Calls may come from any thread that
 * was prepared ({@link Compute#prepareThread}). A call takes tens of microseconds on the CPU against a few for an operator of
 * DJL: worth it for a block, not for a sum.
 *
 * <p>A TorchScript archive is a stored zip of the code and a pickle of the module's state, which here is empty.
 */
public final class ScriptedModule {

    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):");
    private static final Pattern FUNCTION = Pattern.compile("(?m)^def (\\w+)\\(");

    private static final String PROBE = """
            class Probe(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]

            """;

    /** Calls a product by oneDNN's own operators, which is compiled when a class calls it. */
    private static final String ONEDNN_PROBE = PROBE + """
              def product(self: __torch__.Probe, x: Tensor, w: Tensor) -> Tensor:
                return __torch__.few_rows(x, w, None)

            """;

    /** Looks whether sums of whole numbers are right where they are as large as can be. */
    private static final String WHOLE_PROBE = PROBE + """
              def is_right(self: __torch__.Probe, x: Tensor) -> Tensor:
                q = torch.full([16, 256], 127, dtype=1)
                w = torch.full([32, 256], 127, dtype=1)
                sums = torch.cat([__torch__.whole_sums(q, w), __torch__.whole_sums(q, torch.neg(w))])
                return torch.to(torch.all(torch.eq(torch.abs(sums), 4129024)), 6)

            """;

    /** Pickle of an empty tuple. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    /** The version of the operators' schemas that the code was written against. */
    private static final byte[] VERSION = "10\n".getBytes(StandardCharsets.US_ASCII);

    /** Whether libtorch multiplies whole numbers of 8 bits here, fast and rightly. */
    static final boolean HAS_WHOLE_PRODUCTS = hasWholeProducts();

    /** What all texts have in common. */
    private static final String FUNCTIONS = String.join(
            "\n",
            "",
            text(ScriptedModule.class, "functions.torchscript"),
            products(),
            text(ScriptedModule.class, HAS_WHOLE_PRODUCTS ? "whole.torchscript" : "without-whole.torchscript"));

    private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final PtSymbolBlock block;
    private final Map<String, NDArray> methodTags = new ConcurrentHashMap<>();

    /**
     * Loads the one class of a text.
     *
     * @param beside a class in whose package the text lies, as a resource in UTF-8
     * @throws IllegalArgumentException naming the resource, when it is missing or holds no class
     * @throws EngineException with libtorch's words, when the code is wrong
     */
    public ScriptedModule(Class<?> beside, String resource) {
        String code = text(beside, resource);
        Matcher name = CLASS.matcher(code);
        if (!name.find()) {
            throw new IllegalArgumentException(
                    resource + " beside " + beside.getName() + " holds no class of a Module");
        }
        block = loaded(manager, name.group(1), code + "\n" + functionsBeside(code));
    }

    /** What all texts have in common, under other names where a text has functions of the same: those it calls are its own. */
    private static String functionsBeside(String code) {
        String functions = FUNCTIONS;
        for (MatchResult own : FUNCTION.matcher(code).results().toList()) {
            String name = own.group(1);
            functions = functions
                    .replace("\ndef " + name + "(", "\ndef graft_" + name + "(")
                    .replace("__torch__." + name + "(", "__torch__.graft_" + name + "(");
        }
        return functions;
    }

    private static PtSymbolBlock loaded(NDManager manager, String name, String code) {
        try {
            InputStream archive = new ByteArrayInputStream(archive(name, code));
            return JniUtils.loadModule((PtNDManager) manager, archive, false, false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Products by oneDNN's own operators, which builds of libtorch for some machines lack; there by those of all. */
    private static String products() {
        String own = text(ScriptedModule.class, "onednn.torchscript");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            loaded(manager, "Probe", ONEDNN_PROBE + own).close();
            return own;
        } catch (EngineException lacking) {
            return text(ScriptedModule.class, "without-onednn.torchscript");
        }
    }

    /** On others than Intel's and AMD's processors libtorch does it number by number; on some it may run over. */
    private static boolean hasWholeProducts() {
        if (!List.of("amd64", "x86_64").contains(System.getProperty("os.arch"))) {
            return false;
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                PtSymbolBlock probe =
                        loaded(manager, "Probe", WHOLE_PROBE + text(ScriptedModule.class, "whole.torchscript"))) {
            NDList given = new NDList(manager.create(0f));
            NDArray method = manager.create(0f);
            method.setName("module_method:is_right");
            given.add(method);
            return IValueUtils.forward(probe, given, true).singletonOrThrow().getFloat() == 1;
        } catch (EngineException lacking) {
            return false;
        }
    }

    private static String text(Class<?> beside, String resource) {
        try (InputStream code = beside.getResourceAsStream(resource)) {
            if (code == null) {
                throw new IllegalArgumentException("there is no " + resource + " beside " + beside.getName());
            }
            return new String(code.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Pickle of an object of the class with {@code training=True} and no hooks. */
    private static byte[] state(String name) {
        return ("\u0080\u0002c__torch__\n" + name + "\nq\u0000)\u0081}("
                        + "X\u0008\u0000\u0000\u0000trainingq\u0001\u0088"
                        + "X\u0016\u0000\u0000\u0000_is_full_backward_hookq\u0002N" + "ubq\u0003.")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] archive(String name, String code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "data.pkl", state(name));
            store(zip, "version", VERSION);
            store(zip, "constants.pkl", NO_CONSTANTS);
            store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
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
    public Call call(String method) {
        return new Call(method);
    }

    /** One call, built in the thread that makes it; used once. */
    public final class Call {

        private final NDList arguments = new NDList();
        private final String method;

        private Call(String method) {
            this.method = method;
        }

        /** A parameter of type Tensor; empty for {@link Operators#NONE}. */
        public Call with(NDArray array) {
            NDArray given = Operators.given(array);
            // A name with a dot would make DJL pass a dictionary.
            if (given.getName() != null) {
                given.setName(null);
            }
            arguments.add(given);
            return this;
        }

        /**
         * A parameter of type List[Tensor]; not empty.
         *
         * @param name any word that no other list of the call has, followed by "[]": DJL makes a list of equal names
         */
        public Call with(String name, List<NDArray> list) {
            for (NDArray array : list) {
                if (!name.equals(array.getName())) {
                    array.setName(name);
                }
                arguments.add(array);
            }
            return this;
        }

        /** A parameter of type List[Tensor]: low-rank updates of the block's layers. */
        public Call with(Updates updates) {
            return with("p[]", updates.arrays());
        }

        /** The method's result, owned by the manager of the first argument's first array and the innermost scope. */
        public NDArray run() {
            return results().singletonOrThrow();
        }

        /** The results of a method that gives back a list; owned as that of {@link #run}. */
        public List<NDArray> runList() {
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
