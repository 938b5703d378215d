import { testPaddedCells } from "./padded-cells";

testPaddedCells("slow");
