package graft.app.plugin;

import graft.app.plugin.ClassFile.Redirect;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import org.pf4j.DefaultPluginManager;
import org.pf4j.IndexedExtensionFinder;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginRepository;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginManager;
import org.pf4j.PluginRepository;
import org.pf4j.PluginStatusProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PF4J, set up for archives that are single jars described by their manifest. */
final class PluginHost extends DefaultPluginManager {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    static {
        // Else Java keeps every archive open whose resources were once read.
        URLConnection.setDefaultUseCaches("jar", false);
    }

    /** What a plugin shares with the host: the node API and the libraries that it exposes. */
    private static final List<String> SHARED = List.of(
            "graft.node.",
            "graft.tensor.",
            "graft.file.",
            "graft.model.",
            "graft.picture.",
            "graft.vision.",
            "graft.sample.",
            "graft.adapter.",
            "graft.train.",
            "graft.score.",
            "graft.job.",
            "ai.djl.",
            "org.pf4j.",
            "org.slf4j.",
            "com.google.gson.");

    /** Of the host, as a plugin's class loader has it for a parent. */
    private static final ClassLoader OFFERED = new OfferedByHost(PluginHost.class.getClassLoader());

    /** What stands in for the members of the Java library by which a plugin would speak or act for the whole program. */
    private static final List<Redirect> REDIRECTS = List.of(
            new Redirect("java/lang/System", "exit", "(I)V", "graft/node/host/Exit"),
            new Redirect("java/lang/System", "out", "Ljava/io/PrintStream;", "graft/node/host/Printed"),
            new Redirect("java/lang/System", "err", "Ljava/io/PrintStream;", "graft/node/host/Printed"));

    private final List<ClassLoader> dependencies;

    /** @param dependencies class loaders of the plugins whose classes the one of this host may use, loaded by other hosts */
    PluginHost(Path folder, String version, List<ClassLoader> dependencies) {
        super(folder);
        setSystemVersion(version);
        this.dependencies = dependencies;
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new JarPluginRepository(getPluginsRoots());
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new ManifestPluginDescriptorFinder() {
            @Override
            protected PluginDescriptor createPluginDescriptor(Manifest manifest) {
                // Which plugins belong together was found out before; this host knows one alone.
                manifest.getMainAttributes().remove(new Attributes.Name(PLUGIN_DEPENDENCIES));
                return super.createPluginDescriptor(manifest);
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new JarPluginLoader(this) {
            @Override
            public ClassLoader loadPlugin(Path archive, PluginDescriptor descriptor) {
                ApiFirst loader = new ApiFirst(pluginManager, descriptor, archive, dependencies);
                loader.addFile(archive.toFile());
                return loader;
            }
        };
    }

    /** Which plugins are enabled is the store's business: what it hands over is. */
    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String plugin) {
                return false;
            }

            @Override
            public void disablePlugin(String plugin) {
                throw new UnsupportedOperationException("disable it in the store");
            }

            @Override
            public void enablePlugin(String plugin) {
                throw new UnsupportedOperationException("enable it in the store");
            }
        };
    }

    private static boolean isShared(String name) {
        return SHARED.stream().anyMatch(name::startsWith);
    }

    /**
     * Java and what is shared: a library that Graft uses for itself would be missed with the first Graft that does without it.
     */
    private static final class OfferedByHost extends ClassLoader {

        private static final String SERVICES = "META-INF/services/";

        static {
            registerAsParallelCapable();
        }

        private final ClassLoader host;

        OfferedByHost(ClassLoader host) {
            super(ClassLoader.getPlatformClassLoader());
            this.host = host;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Class<?> found = host.loadClass(name);
            // What lies in a named module is Java's own, such as its compiler.
            if (isShared(name) || found.getModule().isNamed()) {
                return found;
            }
            throw new ClassNotFoundException(name);
        }

        @Override
        protected URL findResource(String name) {
            return isOffered(name) ? host.getResource(name) : null;
        }

        @Override
        protected Enumeration<URL> findResources(String name) throws IOException {
            return isOffered(name) ? host.getResources(name) : Collections.emptyEnumeration();
        }

        /** Who finds a service by its name goes on to load its class. */
        private static boolean isOffered(String resource) {
            return !resource.startsWith(SERVICES) || isShared(resource.substring(SERVICES.length()));
        }
    }

    /**
     * Takes shared classes from the host and everything else from the archive first; makes {@code System.exit} throw and
     * {@code System.out} name who prints.
     *
     * <p>No sandbox: a plugin that is out for it finds other ways, by reflection for one.
     */
    private static final class ApiFirst extends PluginClassLoader {

        static {
            registerAsParallelCapable();
        }

        private final Path archive;
        private final List<ClassLoader> dependencies;
        private JarFile jar;
        private boolean closed;

        ApiFirst(PluginManager host, PluginDescriptor descriptor, Path archive, List<ClassLoader> dependencies) {
            super(host, descriptor, OFFERED);
            this.archive = archive;
            this.dependencies = dependencies;
        }

        @Override
        protected Class<?> loadClassFromDependencies(String name) {
            for (ClassLoader dependency : dependencies) {
                try {
                    return dependency.loadClass(name);
                } catch (ClassNotFoundException notInThisOne) {
                    LOG.trace("{} is not in {}", name, dependency);
                }
            }
            return null;
        }

        @Override
        protected boolean shouldDelegateToParent(String name) {
            return isShared(name) || super.shouldDelegateToParent(name);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try {
                JarFile open = jar();
                JarEntry entry = open.getJarEntry(name.replace('.', '/') + ".class");
                if (entry == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes;
                try (InputStream in = open.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                ClassFile file = new ClassFile(bytes);
                if (file.calls("java/lang/Runtime", "exit") || file.calls("java/lang/Runtime", "halt")) {
                    throw new LinkageError("its class " + name + " would end the whole program (Runtime.exit or halt)");
                }
                byte[] redirected = file.redirected(REDIRECTS);
                CodeSource source = new CodeSource(archive.toUri().toURL(), (Certificate[]) null);
                return defineClass(
                        name, redirected, 0, redirected.length, new ProtectionDomain(source, null, this, null));
            } catch (IllegalArgumentException broken) {
                throw new ClassFormatError("the class " + name + ": " + broken.getMessage());
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }

        /** Opened once: a class path's own way opens the archive anew for each class. */
        private synchronized JarFile jar() throws IOException {
            if (closed) {
                throw new IOException("the plugin was unloaded");
            }
            if (jar == null) {
                jar = new JarFile(archive.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
            }
            return jar;
        }

        @Override
        public void close() throws IOException {
            synchronized (this) {
                closed = true;
                if (jar != null) {
                    jar.close();
                }
            }
            super.close();
        }

        /** What lists an archive's nodes is the archive's own: one without a list must not offer the host's. */
        @Override
        public URL getResource(String name) {
            return name.equals(IndexedExtensionFinder.EXTENSIONS_RESOURCE)
                    ? findResource(name)
                    : super.getResource(name);
        }
    }
}
