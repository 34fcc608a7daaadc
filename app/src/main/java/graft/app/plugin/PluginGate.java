package graft.app.plugin;

import graft.node.Cancelled;
import graft.node.Choice;
import graft.node.Converter;
import graft.node.GatedChoice;
import graft.node.PlainText;
import graft.node.Problem;
import graft.node.QuickAnswer;
import graft.node.Sound;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The one way to what a plugin offers beside nodes: everybody else holds this in place of the extension itself.
 *
 * <p>What it is asked for without arguments (its id, its title, how it walks) is asked once, as it is loaded, looked at and kept. What
 * is to be answered soon ({@link QuickAnswer}) is waited for {@value #SECONDS} s. An answer that is nothing is a fault of the plugin
 * and not of whoever asked. All else that it throws goes on to whoever asked, by the trace of which the plugin is told.
 */
public final class PluginGate implements InvocationHandler {

    private static final long SECONDS = 10;
    private static final int LONGEST_TEXT = 200;
    private static final int MOST_TEXTS = 100;

    private final String plugin;
    private final Object extension;
    private final TimeLimit limit;
    private final long seconds;
    private final Consumer<PluginFailure> told;

    /** Answers by the name of their method. */
    private final Map<String, Object> kept = new HashMap<>();

    /** Methods of which a failure was told. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    private PluginGate(String plugin, Object extension, TimeLimit limit, long seconds, Consumer<PluginFailure> told) {
        this.plugin = plugin;
        this.extension = extension;
        this.limit = limit;
        this.seconds = seconds;
        this.told = told;
    }

    /**
     * Stands before an extension; asks it at once for all that is kept.
     *
     * @param told what is passed over, once for each method
     * @throws IllegalArgumentException saying which answer is none
     */
    static Object before(Object extension, String plugin, TimeLimit limit, Consumer<PluginFailure> told)
            throws Throwable {
        return before(extension, plugin, limit, SECONDS, told);
    }

    static Object before(Object extension, String plugin, TimeLimit limit, long seconds, Consumer<PluginFailure> told)
            throws Throwable {
        PluginGate gate = new PluginGate(plugin, extension, limit, seconds, told);
        gate.askAll();
        return gate.shown();
    }

    /** Before another instance of the same class, which says of itself what it will with its settings, but for its id and title. */
    private Object before(Object another) throws Throwable {
        PluginGate gate = new PluginGate(plugin, another, limit, seconds, told);
        for (String name : List.of("id", "title")) {
            gate.kept.put(name, kept.get(name));
        }
        try {
            return waited("settings", seconds, () -> {
                gate.askAll();
                return gate.shown();
            });
        } catch (TimeLimit.Overdue overdue) {
            throw new PluginFault(
                    plugin,
                    another.getClass().getName() + " of the plugin " + plugin + ": " + overdue.getMessage(),
                    overdue);
        }
    }

    /** Asks for all that is kept and is not known. */
    private void askAll() throws Throwable {
        for (Class<?> each : hosts(interfaces(extension.getClass()))) {
            for (Method method : each.getMethods()) {
                if (isFact(method) && !kept.containsKey(method.getName())) {
                    kept.put(method.getName(), checked(method, call(method, new Object[0])));
                }
            }
        }
    }

    private Object shown() {
        Set<Class<?>> shown = interfaces(extension.getClass());
        if (extension instanceof Choice) {
            shown.add(GatedChoice.class);
        }
        return Proxy.newProxyInstance(extension.getClass().getClassLoader(), shown.toArray(Class<?>[]::new), this);
    }

    /** The class of an extension, by name, whether it is behind a gate or not. */
    public static String className(Object extension) {
        return Proxy.isProxyClass(extension.getClass())
                        && Proxy.getInvocationHandler(extension) instanceof PluginGate gate
                ? gate.extension.getClass().getName()
                : extension.getClass().getName();
    }

    /** Those that anybody may call it by; nobody is to take it for Graft's. */
    private static Set<Class<?>> interfaces(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Class<?> one : each.getInterfaces()) {
                boolean open = Modifier.isPublic(one.getModifiers()) || one.getPackage() == type.getPackage();
                if (open && !one.isSealed() && one != Choice.BuiltIn.class) {
                    all.add(one);
                }
            }
        }
        return all;
    }

    /** The host's interfaces among them, and among those that they extend. */
    private static Set<Class<?>> hosts(Set<Class<?>> shown) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> each : shown) {
            if (isHosts(each)) {
                all.add(each);
            }
            all.addAll(hosts(Set.of(each.getInterfaces())));
        }
        return all;
    }

    private static boolean isHosts(Class<?> type) {
        return type.getClassLoader() == PluginGate.class.getClassLoader();
    }

    private static boolean isFact(Method method) {
        Class<?> answer = method.getReturnType();
        return method.getParameterCount() == 0
                && !Modifier.isStatic(method.getModifiers())
                && isHosts(method.getDeclaringClass())
                && ((answer.isPrimitive() && answer != void.class)
                        || answer == String.class
                        || answer == Class.class
                        || answer == List.class
                        || answer.isEnum());
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] given) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == given[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> className(proxy);
            };
        }
        Object[] arguments = given == null ? new Object[0] : given;
        if (method.getDeclaringClass() == GatedChoice.class) {
            return switch (method.getName()) {
                case "ungated" -> extension;
                case "gated" -> before(arguments[0]);
                case "plugin" -> plugin;
                default -> // unfit
                    new PluginFault(plugin, kept.get("id") + " " + arguments[0], null);
            };
        }
        if (isFact(method)) {
            return kept.get(method.getName());
        }
        QuickAnswer quick = method.getAnnotation(QuickAnswer.class);
        if (quick == null) {
            return checked(method, call(method, arguments));
        }
        try {
            return checked(method, callInTime(method, arguments, quick.seconds()));
        } catch (Problem | Cancelled | CancellationException words) {
            throw words;
        } catch (Throwable fault) {
            if (!quick.orNo()) {
                throw fault;
            }
            if (failed.add(method.getName())) {
                told.accept(new PluginFailure(
                        plugin, extension.getClass().getName() + " was passed over: " + LoadedPlugin.reason(fault)));
            }
            return false;
        }
    }

    private Object callInTime(Method method, Object[] arguments, int wanted) throws Throwable {
        try {
            return waited(method.getName(), wanted * seconds / SECONDS, () -> call(method, arguments));
        } catch (TimeLimit.Overdue overdue) {
            throw new PluginFault(plugin, where(method) + ": " + overdue.getMessage(), overdue);
        }
    }

    private Object waited(String what, long most, TimeLimit.Question<Object, Throwable> question) throws Throwable {
        return limit.ask(List.of(this, what), what + " of " + plugin, most, question);
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(extension, arguments);
        } catch (InvocationTargetException thrown) {
            Throwable fault = thrown.getCause();
            boolean expected = fault instanceof RuntimeException
                    || fault instanceof Error
                    || Arrays.stream(method.getExceptionTypes()).anyMatch(type -> type.isInstance(fault));
            if (!expected || (fault.getStackTrace().length == 0 && !(fault instanceof Problem))) {
                // Nobody could tell whose fault it is.
                throw new PluginFault(plugin, where(method) + ": " + LoadedPlugin.reason(fault), ToldFailure.of(fault));
            }
            Throwable told = ToldFailure.of(fault);
            // One of a class of the plugin's own is told of, not handed on: its words are code too.
            throw told != fault && fault instanceof IOException ? new IOException(told.getMessage(), told) : told;
        }
    }

    private String where(Method method) {
        return extension.getClass().getName() + "." + method.getName() + " of the plugin " + plugin;
    }

    private Object checked(Method method, Object answer) {
        if (answer == null && method.getReturnType() != void.class) {
            throw new PluginFault(plugin, where(method) + " answers nothing", null);
        }
        if (answer != null
                && extension instanceof Converter<?, ?>
                && method.getName().equals("convert")
                && !((Class<?>) kept.get("to")).isInstance(answer)) {
            throw new PluginFault(
                    plugin, where(method) + " answers a " + answer.getClass().getName(), null);
        }
        if (extension instanceof Converter<?, ?> && method.getName().equals("convert")) {
            Sound.damageOf(answer).ifPresent(damage -> {
                throw new PluginFault(plugin, where(method) + " answers what " + damage, null);
            });
        }
        if (!isFact(method)) {
            return answer;
        }
        if (answer instanceof String text && (text.isBlank() || !PlainText.isPlain(text, LONGEST_TEXT))) {
            throw new PluginFault(
                    plugin, where(method) + " is no plain line of 1 to " + LONGEST_TEXT + " characters", null);
        }
        if (answer instanceof Double number && !Double.isFinite(number)) {
            throw new PluginFault(plugin, where(method) + " is no number", null);
        }
        if (answer instanceof List<?> list) {
            List<?> copy = list.stream().limit(MOST_TEXTS + 1L).toList();
            boolean sound = copy.size() <= MOST_TEXTS
                    && copy.stream()
                            .allMatch(each -> each != null
                                    && (!(each instanceof String text) || PlainText.isPlain(text, LONGEST_TEXT)));
            if (!sound) {
                throw new PluginFault(
                        plugin, where(method) + " is no list of at most " + MOST_TEXTS + " plain lines", null);
            }
            return copy;
        }
        return answer;
    }
}
