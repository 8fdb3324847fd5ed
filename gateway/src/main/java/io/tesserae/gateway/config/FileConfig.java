package io.tesserae.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Pictures that are uploaded once and asked about often. */
@ConfigMapping(prefix = "tesserae.gateway.files")
public interface FileConfig {

    /** Folder that holds them. Absent: there are no uploads. */
    Optional<Path> folder();

    /** How long a file is kept whose upload does not say. */
    @WithDefault("30d")
    Duration expiry();

    /** Bytes of all files of one caller. */
    @WithDefault("1G")
    MemorySize quota();

    /** Files of one caller. */
    @WithDefault("1000")
    int count();

    /** Bytes of all files of everybody. */
    @WithDefault("10G")
    MemorySize total();
}
