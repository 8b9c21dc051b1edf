import { ACCESS_RULES } from './rules/access';
import { COMMENT_RULES } from './rules/comments';
import { FUNCTION_RULES } from './rules/functions';
import { INDEX_RULES } from './rules/indexes';
import { ROLE_RULES } from './rules/roles';
import type { Rule } from './rules/rule';
import { TABLE_RULES } from './rules/tables';

/** What holds in every database of this project, each rule with changes that break it. */
export const CATALOG_RULES: Rule[] = [
  ...TABLE_RULES,
  ...INDEX_RULES,
  ...FUNCTION_RULES,
  ...COMMENT_RULES,
  ...ACCESS_RULES,
  ...ROLE_RULES,
];
