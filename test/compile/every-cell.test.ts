import { testEveryCell } from "./every-cell";

testEveryCell("quick");
