// A peer of the service: Fastify over SQLite, by the SQL of bench/sqlite_floor.py, whose JSON it
// passes on as text, which is the least that such a service can do.
//
//     node fastify.js DATABASE STATEMENTS PORT      STATEMENTS: what sqlite_floor.py --sql prints
'use strict';
const { readFileSync } = require('node:fs');
const [database, statements, port] = process.argv.slice(2);
const db = require('better-sqlite3')(database, { readonly: true });
db.pragma('mmap_size = 2147418112');
const sql = Object.fromEntries(Object.entries(JSON.parse(readFileSync(statements)))
  .map(([name, text]) => [name, db.prepare(text).pluck()]));
const app = require('fastify')({ logger: false });

const json = (reply, text) => reply.type('application/json').send(text);

app.get('/healthz', () => ({ status: 'ok' }));
app.get('/v1/events/:slug', (request, reply) => json(reply, `{"data":${sql.record.get({ slug: request.params.slug })}}`));
app.get('/v1/events', (request, reply) => {
  const { era, date_start__gte: date = '', q } = request.query;
  if (q !== undefined) return json(reply, `{"data":${sql.search.get({ words: q })}}`);
  const [page, count] = era === undefined ? [sql.keyset_all, sql.count_all] : [sql.keyset, sql.count];
  return json(reply, `{"data":${page.get({ era, date })},"meta":{"total":${count.get({ era, date })}}}`);
});
app.get('/v1/aid/totals', (request, reply) => json(reply, `{"data":[${sql.aid.all().join()}]}`));

app.listen({ host: '127.0.0.1', port: Number(port) });
process.on('SIGTERM', () => process.exit(0));
