import { nodeCrypto } from "../../../src/platform/node/crypto.js";
import { cryptoContract } from "../../contracts/crypto.contract.js";

cryptoContract("nodeCrypto", () => nodeCrypto);
