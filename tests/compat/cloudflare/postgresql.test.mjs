import { clientSuite } from "./client.mjs";
import { startPostgres } from "./server.mjs";

clientSuite("the official client, on PostgreSQL", startPostgres);
