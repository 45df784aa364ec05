import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite web` sends API calls: a running Skopos, or `node web/dev/server.ts` (the default). */
const api = process.env['SKOPOS_API'] ?? 'http://127.0.0.1:4801';

export default defineConfig({
  // Relative addresses, so that the built pages work under any base path.
  base: './',
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': { target: api, changeOrigin: false } } },
  css: { modules: { generateScopedName: 'sk-[name]-[local]-[hash:base64:4]' } },
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // Inlined images would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
});
