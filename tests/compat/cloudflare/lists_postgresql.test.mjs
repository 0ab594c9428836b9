import { listSuite } from "./lists.mjs";
import { startPostgres } from "./server.mjs";

listSuite("lists, service tokens and rules, on PostgreSQL", startPostgres);
