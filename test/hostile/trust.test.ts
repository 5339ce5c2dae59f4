import { trustVectors } from './trust.js';
import { testVectors } from './vector.js';

testVectors('trust', trustVectors, 47);
