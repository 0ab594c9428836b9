
-
όχBQνφή“F4Rk[5’°›secondExample (0 (c