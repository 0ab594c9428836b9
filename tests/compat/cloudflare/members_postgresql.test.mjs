import { membersSuite } from "./members.mjs";
import { startPostgres } from "./server.mjs";

membersSuite("members and tokens, on PostgreSQL", startPostgres);
