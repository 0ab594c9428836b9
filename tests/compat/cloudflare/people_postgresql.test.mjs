import { peopleSuite } from "./people.mjs";
import { startPostgres } from "./server.mjs";

peopleSuite("people and second factors, on PostgreSQL", startPostgres);
