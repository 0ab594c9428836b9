import { listSuite } from "./lists.mjs";

listSuite("lists, service tokens and rules, on SQLite");
