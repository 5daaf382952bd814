import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./src/ledger/store/schema/*.ts', './src/ledger/endpoints/schema/*.ts'],
  out: './migrations',
});
