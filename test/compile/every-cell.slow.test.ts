import { testEveryCell } from "./every-cell";

testEveryCell("slow");
