import { testDamages } from "./damages";

testDamages(10_000, 14);
