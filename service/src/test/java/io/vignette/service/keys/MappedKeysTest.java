package io.vignette.service.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of keys is made from sources; SmallRye has the last word on what mappings read. */
class MappedKeysTest {
  /** Its mapping is in an application, which nothing can depend on. */
  private static final String OF_THE_WORKER_SERVICE = "vignette.engine.kind";

  @Test
  void bundledKeysAreThoseThatMappingsRead() {
    TreeSet<String> keys = new TreeSet<>();
    keys.add(OF_THE_WORKER_SERVICE);
    for (Class<?> mapping : mappings()) {
      ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet().stream()
          .map(key -> key.replace("[*]", "[N]").replaceAll("\\.\\*$", ".KEY"))
          .forEach(keys::add);
    }

    assertThat(KnownKeys.bundled().texts()).containsExactlyElementsOf(keys);
  }

  private static List<? extends Class<?>> mappings() {
    return new ClassFileImporter()
        .importPackages("io.vignette").stream()
            .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
            .map(JavaClass::reflect)
            .toList();
  }
}
