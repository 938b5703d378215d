import { testSearch } from "./search";

testSearch("quick");
