import { testSearch } from "./search";

testSearch("slow");
