import { peopleSuite } from "./people.mjs";

peopleSuite("people and second factors, on SQLite");
