"""The cloud: one construct per file, put together in `stack`. `bundles` says what ships."""
