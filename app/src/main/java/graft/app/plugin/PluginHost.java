package graft.app.plugin;

import java.net.URL;
import java.nio.file.Path;
import java.util.List;
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

/** PF4J, set up for archives that are single jars described by their manifest. */
final class PluginHost extends DefaultPluginManager {

    /** What a plugin shares with the host: the node API and the libraries that it exposes. */
    private static final List<String> SHARED = List.of(
            "graft.node.",
            "graft.tensor.",
            "graft.file.",
            "graft.model.",
            "graft.sample.",
            "graft.adapter.",
            "graft.train.",
            "ai.djl.",
            "org.pf4j.",
            "org.slf4j.",
            "com.google.gson.");

    PluginHost(Path folder, String version) {
        super(folder);
        setSystemVersion(version);
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new JarPluginRepository(getPluginsRoots());
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new ManifestPluginDescriptorFinder();
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new JarPluginLoader(this) {
            @Override
            protected PluginClassLoader createPluginClassLoader(Path archive, PluginDescriptor descriptor) {
                return new ApiFirst(pluginManager, descriptor);
            }
        };
    }

    /** Every archive in the folder is enabled: no list of PF4J's is kept beside them. */
    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String plugin) {
                return false;
            }

            @Override
            public void disablePlugin(String plugin) {
                throw new UnsupportedOperationException("remove the archive instead");
            }

            @Override
            public void enablePlugin(String plugin) {
                throw new UnsupportedOperationException("every archive is enabled");
            }
        };
    }

    /** Takes shared classes from the host and everything else from the archive first. */
    private static final class ApiFirst extends PluginClassLoader {

        ApiFirst(PluginManager host, PluginDescriptor descriptor) {
            super(host, descriptor, PluginHost.class.getClassLoader());
        }

        @Override
        protected boolean shouldDelegateToParent(String name) {
            return SHARED.stream().anyMatch(name::startsWith) || super.shouldDelegateToParent(name);
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
