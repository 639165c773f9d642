import type { NextConfig } from "next";

const config: NextConfig = {
  // A server with its own copy of what it needs, to be shipped; a lock file further up must not move its root.
  output: "standalone",
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  // Native or file-relative packages: bundled copies would look for their files in the wrong place.
  serverExternalPackages: ["pg"],
  // Types, those of the tests included, are checked by `npm test`; a fresh machine builds without waiting for it.
  typescript: { ignoreBuildErrors: true },
  // The console has no pictures: nothing is to be fetched and made smaller for whoever asks.
  images: { unoptimized: true },
  experimental: { serverActions: { bodySizeLimit: "100kb" } },
};

export default config;
