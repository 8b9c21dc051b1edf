import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  BigFloat: { input: string; output: string; }
  BigInt: { input: string; output: string; }
  Cursor: { input: string; output: string; }
  Datetime: { input: string; output: string; }
  JSON: { input: unknown; output: unknown; }
  UUID: { input: string; output: string; }
};

export type AddGenerationInput = {
  readonly basedOn?: InputMaybe<Scalars['UUID']['input']>;
  readonly childOrder?: InputMaybe<Scalars['Int']['input']>;
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly location: Scalars['String']['input'];
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly parentGenerationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly projectId: Scalars['UUID']['input'];
  readonly shotId?: InputMaybe<Scalars['UUID']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
  readonly withPosition?: InputMaybe<Scalars['Boolean']['input']>;
};

export type AddGenerationToShotInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly generationId: Scalars['UUID']['input'];
  readonly shotId: Scalars['UUID']['input'];
  readonly withPosition?: InputMaybe<Scalars['Boolean']['input']>;
};

export type BatchUpdateTimelineFramesInput = {
  readonly changes: Scalars['JSON']['input'];
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly shotId: Scalars['UUID']['input'];
};

export type BigFloatFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly equalTo?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['BigFloat']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['BigFloat']['input']>>;
};

export type BigIntFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['BigInt']['input']>;
  readonly equalTo?: InputMaybe<Scalars['BigInt']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['BigInt']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['BigInt']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['BigInt']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['BigInt']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['BigInt']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['BigInt']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['BigInt']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['BigInt']['input']>>;
};

export type BillingType =
  | 'PER_SECOND'
  | 'PER_UNIT';

export type BillingTypeFilter = {
  readonly distinctFrom?: InputMaybe<BillingType>;
  readonly equalTo?: InputMaybe<BillingType>;
  readonly greaterThan?: InputMaybe<BillingType>;
  readonly greaterThanOrEqualTo?: InputMaybe<BillingType>;
  readonly in?: InputMaybe<ReadonlyArray<BillingType>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<BillingType>;
  readonly lessThanOrEqualTo?: InputMaybe<BillingType>;
  readonly notDistinctFrom?: InputMaybe<BillingType>;
  readonly notEqualTo?: InputMaybe<BillingType>;
  readonly notIn?: InputMaybe<ReadonlyArray<BillingType>>;
};

export type BooleanFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['Boolean']['input']>;
  readonly equalTo?: InputMaybe<Scalars['Boolean']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['Boolean']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['Boolean']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['Boolean']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['Boolean']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['Boolean']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['Boolean']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['Boolean']['input']>>;
};

export type CancelTasksInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly ids: ReadonlyArray<Scalars['UUID']['input']>;
};

export type ClaimNextTaskInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly runType: RunType;
  readonly sameModelOnly?: InputMaybe<Scalars['Boolean']['input']>;
  readonly workerId: Scalars['String']['input'];
};

export type CompleteTaskInput = {
  readonly attempt: Scalars['Int']['input'];
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly outputLocation?: InputMaybe<Scalars['String']['input']>;
  readonly result?: InputMaybe<Scalars['JSON']['input']>;
  readonly taskId: Scalars['UUID']['input'];
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
};

export type ContentType =
  | 'IMAGE'
  | 'VIDEO';

export type ContentTypeFilter = {
  readonly distinctFrom?: InputMaybe<ContentType>;
  readonly equalTo?: InputMaybe<ContentType>;
  readonly greaterThan?: InputMaybe<ContentType>;
  readonly greaterThanOrEqualTo?: InputMaybe<ContentType>;
  readonly in?: InputMaybe<ReadonlyArray<ContentType>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<ContentType>;
  readonly lessThanOrEqualTo?: InputMaybe<ContentType>;
  readonly notDistinctFrom?: InputMaybe<ContentType>;
  readonly notEqualTo?: InputMaybe<ContentType>;
  readonly notIn?: InputMaybe<ReadonlyArray<ContentType>>;
};

export type CreateGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly generation: GenerationInput;
};

export type CreateGenerationVariantInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly generationVariant: GenerationVariantInput;
};

export type CreateProjectInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly project: ProjectInput;
};

export type CreateResourceInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly resource: ResourceInput;
};

export type CreateShotGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly shotGeneration: ShotGenerationInput;
};

export type CreateShotInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly shot: ShotInput;
};

export type CreateShotWithImageInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly generationId: Scalars['UUID']['input'];
  readonly name: Scalars['String']['input'];
  readonly projectId: Scalars['UUID']['input'];
};

export type CreateTrainingDataBatchInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly trainingDataBatch: TrainingDataBatchInput;
};

export type CreateTrainingDataSegmentInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly trainingDataSegment: TrainingDataSegmentInput;
};

export type CreateTrainingVideoInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly trainingVideo: TrainingVideoInput;
};

export type CreditType =
  | 'AUTO_TOPUP'
  | 'MANUAL'
  | 'REFUND'
  | 'SPEND'
  | 'STRIPE';

export type CreditTypeFilter = {
  readonly distinctFrom?: InputMaybe<CreditType>;
  readonly equalTo?: InputMaybe<CreditType>;
  readonly greaterThan?: InputMaybe<CreditType>;
  readonly greaterThanOrEqualTo?: InputMaybe<CreditType>;
  readonly in?: InputMaybe<ReadonlyArray<CreditType>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<CreditType>;
  readonly lessThanOrEqualTo?: InputMaybe<CreditType>;
  readonly notDistinctFrom?: InputMaybe<CreditType>;
  readonly notEqualTo?: InputMaybe<CreditType>;
  readonly notIn?: InputMaybe<ReadonlyArray<CreditType>>;
};

export type CreditsLedgerCondition = {
  readonly amount?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly taskId?: InputMaybe<Scalars['UUID']['input']>;
  readonly type?: InputMaybe<CreditType>;
  readonly userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type CreditsLedgerFilter = {
  readonly amount?: InputMaybe<BigFloatFilter>;
  readonly and?: InputMaybe<ReadonlyArray<CreditsLedgerFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly not?: InputMaybe<CreditsLedgerFilter>;
  readonly or?: InputMaybe<ReadonlyArray<CreditsLedgerFilter>>;
  readonly task?: InputMaybe<TaskFilter>;
  readonly taskExists?: InputMaybe<Scalars['Boolean']['input']>;
  readonly taskId?: InputMaybe<UuidFilter>;
  readonly type?: InputMaybe<CreditTypeFilter>;
  readonly user?: InputMaybe<UserFilter>;
  readonly userId?: InputMaybe<UuidFilter>;
};

export type CreditsLedgersOrderBy =
  | 'AMOUNT_ASC'
  | 'AMOUNT_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'TASK_ID_ASC'
  | 'TASK_ID_DESC'
  | 'TYPE_ASC'
  | 'TYPE_DESC'
  | 'USER_ID_ASC'
  | 'USER_ID_DESC';

export type DatetimeFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['Datetime']['input']>;
  readonly equalTo?: InputMaybe<Scalars['Datetime']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['Datetime']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['Datetime']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['Datetime']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['Datetime']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['Datetime']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['Datetime']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['Datetime']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['Datetime']['input']>>;
};

export type DeleteGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteGenerationVariantInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteGenerationsInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly ids: ReadonlyArray<Scalars['UUID']['input']>;
};

export type DeleteProjectInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteResourceInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteShotGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteShotInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteTrainingDataBatchInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteTrainingDataSegmentInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DeleteTrainingVideoInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
};

export type DuplicateShotInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly shotId: Scalars['UUID']['input'];
};

export type EnqueueTasksInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly projectId: Scalars['UUID']['input'];
  readonly tasks: ReadonlyArray<TaskRequestInput>;
};

export type EnsureUserInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
};

export type FailTaskInput = {
  readonly attempt: Scalars['Int']['input'];
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly message: Scalars['String']['input'];
  readonly retryable?: InputMaybe<Scalars['Boolean']['input']>;
  readonly taskId: Scalars['UUID']['input'];
};

export type FixTimelineSpacingInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly shotId: Scalars['UUID']['input'];
};

export type GenerationCondition = {
  readonly basedOn?: InputMaybe<Scalars['UUID']['input']>;
  readonly childOrder?: InputMaybe<Scalars['Int']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly isChild?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly parentGenerationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly primaryVariantId?: InputMaybe<Scalars['UUID']['input']>;
  readonly projectId?: InputMaybe<Scalars['UUID']['input']>;
  readonly prompt?: InputMaybe<Scalars['String']['input']>;
  readonly shotId?: InputMaybe<Scalars['UUID']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly taskId?: InputMaybe<Scalars['UUID']['input']>;
  readonly toolType?: InputMaybe<Scalars['String']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type GenerationFilter = {
  readonly and?: InputMaybe<ReadonlyArray<GenerationFilter>>;
  readonly basedOn?: InputMaybe<UuidFilter>;
  readonly childOrder?: InputMaybe<IntFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly derivatives?: InputMaybe<GenerationToManyGenerationFilter>;
  readonly derivativesExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly isChild?: InputMaybe<BooleanFilter>;
  readonly location?: InputMaybe<StringFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<GenerationFilter>;
  readonly or?: InputMaybe<ReadonlyArray<GenerationFilter>>;
  readonly parent?: InputMaybe<GenerationFilter>;
  readonly parentExists?: InputMaybe<Scalars['Boolean']['input']>;
  readonly parentGenerationId?: InputMaybe<UuidFilter>;
  readonly primaryVariantId?: InputMaybe<UuidFilter>;
  readonly project?: InputMaybe<ProjectFilter>;
  readonly projectId?: InputMaybe<UuidFilter>;
  readonly prompt?: InputMaybe<StringFilter>;
  readonly segments?: InputMaybe<GenerationToManyGenerationFilter>;
  readonly segmentsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly shotGenerations?: InputMaybe<GenerationToManyShotGenerationFilter>;
  readonly shotGenerationsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly shotId?: InputMaybe<UuidFilter>;
  readonly source?: InputMaybe<GenerationFilter>;
  readonly sourceExists?: InputMaybe<Scalars['Boolean']['input']>;
  readonly starred?: InputMaybe<BooleanFilter>;
  readonly task?: InputMaybe<TaskFilter>;
  readonly taskExists?: InputMaybe<Scalars['Boolean']['input']>;
  readonly taskId?: InputMaybe<UuidFilter>;
  readonly toolType?: InputMaybe<StringFilter>;
  readonly type?: InputMaybe<StringFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly variants?: InputMaybe<GenerationToManyGenerationVariantFilter>;
  readonly variantsExist?: InputMaybe<Scalars['Boolean']['input']>;
};

export type GenerationInput = {
  readonly basedOn?: InputMaybe<Scalars['UUID']['input']>;
  readonly childOrder?: InputMaybe<Scalars['Int']['input']>;
  readonly isChild?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly parentGenerationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly projectId: Scalars['UUID']['input'];
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
};

export type GenerationPatch = {
  readonly basedOn?: InputMaybe<Scalars['UUID']['input']>;
  readonly childOrder?: InputMaybe<Scalars['Int']['input']>;
  readonly isChild?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly parentGenerationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly primaryVariantId?: InputMaybe<Scalars['UUID']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
};

export type GenerationToManyGenerationFilter = {
  readonly every?: InputMaybe<GenerationFilter>;
  readonly none?: InputMaybe<GenerationFilter>;
  readonly some?: InputMaybe<GenerationFilter>;
};

export type GenerationToManyGenerationVariantFilter = {
  readonly every?: InputMaybe<GenerationVariantFilter>;
  readonly none?: InputMaybe<GenerationVariantFilter>;
  readonly some?: InputMaybe<GenerationVariantFilter>;
};

export type GenerationToManyShotGenerationFilter = {
  readonly every?: InputMaybe<ShotGenerationFilter>;
  readonly none?: InputMaybe<ShotGenerationFilter>;
  readonly some?: InputMaybe<ShotGenerationFilter>;
};

export type GenerationVariantCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly generationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly isPrimary?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly projectId?: InputMaybe<Scalars['UUID']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly variantType?: InputMaybe<Scalars['String']['input']>;
  readonly viewedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type GenerationVariantFilter = {
  readonly and?: InputMaybe<ReadonlyArray<GenerationVariantFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly generation?: InputMaybe<GenerationFilter>;
  readonly generationId?: InputMaybe<UuidFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly isPrimary?: InputMaybe<BooleanFilter>;
  readonly location?: InputMaybe<StringFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<GenerationVariantFilter>;
  readonly or?: InputMaybe<ReadonlyArray<GenerationVariantFilter>>;
  readonly project?: InputMaybe<ProjectFilter>;
  readonly projectId?: InputMaybe<UuidFilter>;
  readonly starred?: InputMaybe<BooleanFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly variantType?: InputMaybe<StringFilter>;
  readonly viewedAt?: InputMaybe<DatetimeFilter>;
};

export type GenerationVariantInput = {
  readonly generationId: Scalars['UUID']['input'];
  readonly isPrimary?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location: Scalars['String']['input'];
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  readonly variantType?: InputMaybe<Scalars['String']['input']>;
};

export type GenerationVariantPatch = {
  readonly isPrimary?: InputMaybe<Scalars['Boolean']['input']>;
  readonly location?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly starred?: InputMaybe<Scalars['Boolean']['input']>;
  readonly thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  readonly variantType?: InputMaybe<Scalars['String']['input']>;
};

export type GenerationVariantsOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'GENERATION_ID_ASC'
  | 'GENERATION_ID_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'IS_PRIMARY_ASC'
  | 'IS_PRIMARY_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'PROJECT_ID_ASC'
  | 'PROJECT_ID_DESC'
  | 'STARRED_ASC'
  | 'STARRED_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'VARIANT_TYPE_ASC'
  | 'VARIANT_TYPE_DESC'
  | 'VIEWED_AT_ASC'
  | 'VIEWED_AT_DESC';

export type GenerationsOrderBy =
  | 'BASED_ON_ASC'
  | 'BASED_ON_DESC'
  | 'CHILD_ORDER_ASC'
  | 'CHILD_ORDER_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'IS_CHILD_ASC'
  | 'IS_CHILD_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PARENT_GENERATION_ID_ASC'
  | 'PARENT_GENERATION_ID_DESC'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'PRIMARY_VARIANT_ID_ASC'
  | 'PRIMARY_VARIANT_ID_DESC'
  | 'PROJECT_ID_ASC'
  | 'PROJECT_ID_DESC'
  | 'SHOT_ID_ASC'
  | 'SHOT_ID_DESC'
  | 'STARRED_ASC'
  | 'STARRED_DESC'
  | 'TASK_ID_ASC'
  | 'TASK_ID_DESC'
  | 'TOOL_TYPE_ASC'
  | 'TOOL_TYPE_DESC'
  | 'TYPE_ASC'
  | 'TYPE_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type GrantCreditsInput = {
  readonly amount: Scalars['BigFloat']['input'];
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly type?: InputMaybe<CreditType>;
  readonly userId: Scalars['UUID']['input'];
};

export type HeartbeatInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly currentModel?: InputMaybe<Scalars['String']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly status?: InputMaybe<WorkerStatus>;
  readonly taskIds?: InputMaybe<ReadonlyArray<Scalars['UUID']['input']>>;
  readonly workerId: Scalars['String']['input'];
};

export type IntFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['Int']['input']>;
  readonly equalTo?: InputMaybe<Scalars['Int']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['Int']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['Int']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['Int']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['Int']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['Int']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['Int']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
};

export type MarkVariantsViewedInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly generationId: Scalars['UUID']['input'];
};

export type PatchSettingsInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly expected?: InputMaybe<Scalars['JSON']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: Scalars['JSON']['input'];
  readonly scope: SettingsScope;
  readonly tool: Scalars['String']['input'];
};

export type PositionShotGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly position?: InputMaybe<Scalars['Int']['input']>;
  readonly timelineFrame?: InputMaybe<Scalars['Int']['input']>;
};

export type ProjectCondition = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type ProjectFilter = {
  readonly and?: InputMaybe<ReadonlyArray<ProjectFilter>>;
  readonly aspectRatio?: InputMaybe<StringFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly generationVariants?: InputMaybe<ProjectToManyGenerationVariantFilter>;
  readonly generationVariantsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly generations?: InputMaybe<ProjectToManyGenerationFilter>;
  readonly generationsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<ProjectFilter>;
  readonly or?: InputMaybe<ReadonlyArray<ProjectFilter>>;
  readonly shots?: InputMaybe<ProjectToManyShotFilter>;
  readonly shotsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly tasks?: InputMaybe<ProjectToManyTaskFilter>;
  readonly tasksExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly user?: InputMaybe<UserFilter>;
  readonly userId?: InputMaybe<UuidFilter>;
};

export type ProjectInput = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly name: Scalars['String']['input'];
  readonly settings?: InputMaybe<Scalars['JSON']['input']>;
};

export type ProjectPatch = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly settings?: InputMaybe<Scalars['JSON']['input']>;
};

export type ProjectToManyGenerationFilter = {
  readonly every?: InputMaybe<GenerationFilter>;
  readonly none?: InputMaybe<GenerationFilter>;
  readonly some?: InputMaybe<GenerationFilter>;
};

export type ProjectToManyGenerationVariantFilter = {
  readonly every?: InputMaybe<GenerationVariantFilter>;
  readonly none?: InputMaybe<GenerationVariantFilter>;
  readonly some?: InputMaybe<GenerationVariantFilter>;
};

export type ProjectToManyShotFilter = {
  readonly every?: InputMaybe<ShotFilter>;
  readonly none?: InputMaybe<ShotFilter>;
  readonly some?: InputMaybe<ShotFilter>;
};

export type ProjectToManyTaskFilter = {
  readonly every?: InputMaybe<TaskFilter>;
  readonly none?: InputMaybe<TaskFilter>;
  readonly some?: InputMaybe<TaskFilter>;
};

export type ProjectsOrderBy =
  | 'ASPECT_RATIO_ASC'
  | 'ASPECT_RATIO_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'USER_ID_ASC'
  | 'USER_ID_DESC';

export type RealtimeKind =
  | 'CHANGE'
  | 'READY'
  | 'RESYNC';

export type RealtimeOperation =
  | 'DELETE'
  | 'INSERT'
  | 'UPDATE';

export type RealtimeTable =
  | 'GENERATIONS'
  | 'GENERATION_VARIANTS'
  | 'SHOTS'
  | 'SHOT_GENERATIONS'
  | 'TASKS';

export type RefundTaskInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly reason: Scalars['String']['input'];
  readonly taskId: Scalars['UUID']['input'];
};

export type ReorderShotGenerationsInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly ids: ReadonlyArray<Scalars['UUID']['input']>;
  readonly shotId: Scalars['UUID']['input'];
};

export type ReorderShotsInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly projectId: Scalars['UUID']['input'];
  readonly shotIds: ReadonlyArray<Scalars['UUID']['input']>;
};

export type RequeueStaleTasksInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
};

export type ResourceCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly isPublic?: InputMaybe<Scalars['Boolean']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type ResourceFilter = {
  readonly and?: InputMaybe<ReadonlyArray<ResourceFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly isPublic?: InputMaybe<BooleanFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<ResourceFilter>;
  readonly or?: InputMaybe<ReadonlyArray<ResourceFilter>>;
  readonly type?: InputMaybe<StringFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly user?: InputMaybe<UserFilter>;
  readonly userId?: InputMaybe<UuidFilter>;
};

export type ResourceInput = {
  readonly isPublic?: InputMaybe<Scalars['Boolean']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly type: Scalars['String']['input'];
  readonly url: Scalars['String']['input'];
};

export type ResourcePatch = {
  readonly isPublic?: InputMaybe<Scalars['Boolean']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly type?: InputMaybe<Scalars['String']['input']>;
  readonly url?: InputMaybe<Scalars['String']['input']>;
};

export type ResourcesOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'IS_PUBLIC_ASC'
  | 'IS_PUBLIC_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'TYPE_ASC'
  | 'TYPE_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'USER_ID_ASC'
  | 'USER_ID_DESC';

export type RunType =
  | 'API'
  | 'GPU';

export type RunTypeFilter = {
  readonly distinctFrom?: InputMaybe<RunType>;
  readonly equalTo?: InputMaybe<RunType>;
  readonly greaterThan?: InputMaybe<RunType>;
  readonly greaterThanOrEqualTo?: InputMaybe<RunType>;
  readonly in?: InputMaybe<ReadonlyArray<RunType>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<RunType>;
  readonly lessThanOrEqualTo?: InputMaybe<RunType>;
  readonly notDistinctFrom?: InputMaybe<RunType>;
  readonly notEqualTo?: InputMaybe<RunType>;
  readonly notIn?: InputMaybe<ReadonlyArray<RunType>>;
};

export type SetPrimaryVariantInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly variantId: Scalars['UUID']['input'];
};

export type SettingsScope =
  | 'PROJECT'
  | 'SHOT'
  | 'USER';

export type ShotCondition = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly order?: InputMaybe<Scalars['Int']['input']>;
  readonly projectId?: InputMaybe<Scalars['UUID']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type ShotFilter = {
  readonly and?: InputMaybe<ReadonlyArray<ShotFilter>>;
  readonly aspectRatio?: InputMaybe<StringFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<ShotFilter>;
  readonly or?: InputMaybe<ReadonlyArray<ShotFilter>>;
  readonly order?: InputMaybe<IntFilter>;
  readonly project?: InputMaybe<ProjectFilter>;
  readonly projectId?: InputMaybe<UuidFilter>;
  readonly shotGenerations?: InputMaybe<ShotToManyShotGenerationFilter>;
  readonly shotGenerationsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
};

export type ShotGenerationCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly generationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly position?: InputMaybe<Scalars['Int']['input']>;
  readonly projectId?: InputMaybe<Scalars['UUID']['input']>;
  readonly shotId?: InputMaybe<Scalars['UUID']['input']>;
  readonly timelineFrame?: InputMaybe<Scalars['Int']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type ShotGenerationFilter = {
  readonly and?: InputMaybe<ReadonlyArray<ShotGenerationFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly generation?: InputMaybe<GenerationFilter>;
  readonly generationId?: InputMaybe<UuidFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly not?: InputMaybe<ShotGenerationFilter>;
  readonly or?: InputMaybe<ReadonlyArray<ShotGenerationFilter>>;
  readonly position?: InputMaybe<IntFilter>;
  readonly projectId?: InputMaybe<UuidFilter>;
  readonly shot?: InputMaybe<ShotFilter>;
  readonly shotId?: InputMaybe<UuidFilter>;
  readonly timelineFrame?: InputMaybe<IntFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
};

export type ShotGenerationInput = {
  readonly generationId: Scalars['UUID']['input'];
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly shotId: Scalars['UUID']['input'];
  readonly timelineFrame?: InputMaybe<Scalars['Int']['input']>;
};

export type ShotGenerationPatch = {
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly timelineFrame?: InputMaybe<Scalars['Int']['input']>;
};

export type ShotGenerationsOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'GENERATION_ID_ASC'
  | 'GENERATION_ID_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NATURAL'
  | 'POSITION_ASC'
  | 'POSITION_DESC'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'PROJECT_ID_ASC'
  | 'PROJECT_ID_DESC'
  | 'SHOT_ID_ASC'
  | 'SHOT_ID_DESC'
  | 'TIMELINE_FRAME_ASC'
  | 'TIMELINE_FRAME_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type ShotInput = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly name: Scalars['String']['input'];
  readonly projectId: Scalars['UUID']['input'];
  readonly settings?: InputMaybe<Scalars['JSON']['input']>;
};

export type ShotPatch = {
  readonly aspectRatio?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly settings?: InputMaybe<Scalars['JSON']['input']>;
};

export type ShotToManyShotGenerationFilter = {
  readonly every?: InputMaybe<ShotGenerationFilter>;
  readonly none?: InputMaybe<ShotGenerationFilter>;
  readonly some?: InputMaybe<ShotGenerationFilter>;
};

export type ShotsOrderBy =
  | 'ASPECT_RATIO_ASC'
  | 'ASPECT_RATIO_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'ORDER_ASC'
  | 'ORDER_DESC'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'PROJECT_ID_ASC'
  | 'PROJECT_ID_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type StartGenerationInput = {
  readonly attempt: Scalars['Int']['input'];
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly taskId: Scalars['UUID']['input'];
};

export type StorageObjectCondition = {
  readonly bucketId?: InputMaybe<Scalars['String']['input']>;
  readonly contentType?: InputMaybe<Scalars['String']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly size?: InputMaybe<Scalars['BigInt']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type StorageObjectFilter = {
  readonly and?: InputMaybe<ReadonlyArray<StorageObjectFilter>>;
  readonly bucketId?: InputMaybe<StringFilter>;
  readonly contentType?: InputMaybe<StringFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<StorageObjectFilter>;
  readonly or?: InputMaybe<ReadonlyArray<StorageObjectFilter>>;
  readonly size?: InputMaybe<BigIntFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
};

export type StorageObjectsOrderBy =
  | 'BUCKET_ID_ASC'
  | 'BUCKET_ID_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'SIZE_ASC'
  | 'SIZE_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type StringFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['String']['input']>;
  readonly distinctFromInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly endsWith?: InputMaybe<Scalars['String']['input']>;
  readonly endsWithInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly equalTo?: InputMaybe<Scalars['String']['input']>;
  readonly equalToInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['String']['input']>;
  readonly greaterThanInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['String']['input']>;
  readonly greaterThanOrEqualToInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly inInsensitive?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly includes?: InputMaybe<Scalars['String']['input']>;
  readonly includesInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['String']['input']>;
  readonly lessThanInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['String']['input']>;
  readonly lessThanOrEqualToInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly like?: InputMaybe<Scalars['String']['input']>;
  readonly likeInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['String']['input']>;
  readonly notDistinctFromInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notEndsWith?: InputMaybe<Scalars['String']['input']>;
  readonly notEndsWithInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['String']['input']>;
  readonly notEqualToInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly notInInsensitive?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly notIncludes?: InputMaybe<Scalars['String']['input']>;
  readonly notIncludesInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notLike?: InputMaybe<Scalars['String']['input']>;
  readonly notLikeInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly notStartsWith?: InputMaybe<Scalars['String']['input']>;
  readonly notStartsWithInsensitive?: InputMaybe<Scalars['String']['input']>;
  readonly startsWith?: InputMaybe<Scalars['String']['input']>;
  readonly startsWithInsensitive?: InputMaybe<Scalars['String']['input']>;
};

export type TaskCategory =
  | 'GENERATION'
  | 'ORCHESTRATION'
  | 'PROCESSING'
  | 'UPSCALE';

export type TaskCategoryFilter = {
  readonly distinctFrom?: InputMaybe<TaskCategory>;
  readonly equalTo?: InputMaybe<TaskCategory>;
  readonly greaterThan?: InputMaybe<TaskCategory>;
  readonly greaterThanOrEqualTo?: InputMaybe<TaskCategory>;
  readonly in?: InputMaybe<ReadonlyArray<TaskCategory>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<TaskCategory>;
  readonly lessThanOrEqualTo?: InputMaybe<TaskCategory>;
  readonly notDistinctFrom?: InputMaybe<TaskCategory>;
  readonly notEqualTo?: InputMaybe<TaskCategory>;
  readonly notIn?: InputMaybe<ReadonlyArray<TaskCategory>>;
};

export type TaskCondition = {
  readonly cost?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly dependantOn?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly generationProcessedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly generationStartedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly paneGroup?: InputMaybe<Scalars['Int']['input']>;
  readonly parentTaskId?: InputMaybe<Scalars['UUID']['input']>;
  readonly projectId?: InputMaybe<Scalars['UUID']['input']>;
  readonly status?: InputMaybe<TaskStatus>;
  readonly targetGenerationId?: InputMaybe<Scalars['UUID']['input']>;
  readonly targetShotId?: InputMaybe<Scalars['UUID']['input']>;
  readonly taskType?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type TaskFilter = {
  readonly and?: InputMaybe<ReadonlyArray<TaskFilter>>;
  readonly children?: InputMaybe<TaskToManyTaskFilter>;
  readonly childrenExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly cost?: InputMaybe<BigFloatFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly creditsLedger?: InputMaybe<TaskToManyCreditsLedgerFilter>;
  readonly creditsLedgerExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly dependantOn?: InputMaybe<UuidListFilter>;
  readonly generationProcessedAt?: InputMaybe<DatetimeFilter>;
  readonly generationStartedAt?: InputMaybe<DatetimeFilter>;
  readonly generations?: InputMaybe<TaskToManyGenerationFilter>;
  readonly generationsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly not?: InputMaybe<TaskFilter>;
  readonly or?: InputMaybe<ReadonlyArray<TaskFilter>>;
  readonly paneGroup?: InputMaybe<IntFilter>;
  readonly parent?: InputMaybe<TaskFilter>;
  readonly parentExists?: InputMaybe<Scalars['Boolean']['input']>;
  readonly parentTaskId?: InputMaybe<UuidFilter>;
  readonly project?: InputMaybe<ProjectFilter>;
  readonly projectId?: InputMaybe<UuidFilter>;
  readonly status?: InputMaybe<TaskStatusFilter>;
  readonly targetGenerationId?: InputMaybe<UuidFilter>;
  readonly targetShotId?: InputMaybe<UuidFilter>;
  readonly taskType?: InputMaybe<StringFilter>;
  readonly type?: InputMaybe<TaskTypeFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
};

export type TaskRequestInput = {
  readonly dependantOn?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly params?: InputMaybe<Scalars['JSON']['input']>;
  readonly parentTaskId?: InputMaybe<Scalars['UUID']['input']>;
  readonly taskType: Scalars['String']['input'];
};

export type TaskStatus =
  | 'CANCELLED'
  | 'COMPLETE'
  | 'FAILED'
  | 'IN_PROGRESS'
  | 'QUEUED';

export type TaskStatusFilter = {
  readonly distinctFrom?: InputMaybe<TaskStatus>;
  readonly equalTo?: InputMaybe<TaskStatus>;
  readonly greaterThan?: InputMaybe<TaskStatus>;
  readonly greaterThanOrEqualTo?: InputMaybe<TaskStatus>;
  readonly in?: InputMaybe<ReadonlyArray<TaskStatus>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<TaskStatus>;
  readonly lessThanOrEqualTo?: InputMaybe<TaskStatus>;
  readonly notDistinctFrom?: InputMaybe<TaskStatus>;
  readonly notEqualTo?: InputMaybe<TaskStatus>;
  readonly notIn?: InputMaybe<ReadonlyArray<TaskStatus>>;
};

export type TaskToManyCreditsLedgerFilter = {
  readonly every?: InputMaybe<CreditsLedgerFilter>;
  readonly none?: InputMaybe<CreditsLedgerFilter>;
  readonly some?: InputMaybe<CreditsLedgerFilter>;
};

export type TaskToManyGenerationFilter = {
  readonly every?: InputMaybe<GenerationFilter>;
  readonly none?: InputMaybe<GenerationFilter>;
  readonly some?: InputMaybe<GenerationFilter>;
};

export type TaskToManyTaskFilter = {
  readonly every?: InputMaybe<TaskFilter>;
  readonly none?: InputMaybe<TaskFilter>;
  readonly some?: InputMaybe<TaskFilter>;
};

export type TaskTypeCondition = {
  readonly baseCostPerSecond?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly billingType?: InputMaybe<BillingType>;
  readonly category?: InputMaybe<TaskCategory>;
  readonly contentType?: InputMaybe<ContentType>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly displayName?: InputMaybe<Scalars['String']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly isActive?: InputMaybe<Scalars['Boolean']['input']>;
  readonly maxAttempts?: InputMaybe<Scalars['Int']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly runType?: InputMaybe<RunType>;
  readonly unitCost?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly variantType?: InputMaybe<Scalars['String']['input']>;
};

export type TaskTypeFilter = {
  readonly and?: InputMaybe<ReadonlyArray<TaskTypeFilter>>;
  readonly baseCostPerSecond?: InputMaybe<BigFloatFilter>;
  readonly billingType?: InputMaybe<BillingTypeFilter>;
  readonly category?: InputMaybe<TaskCategoryFilter>;
  readonly contentType?: InputMaybe<ContentTypeFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly displayName?: InputMaybe<StringFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly isActive?: InputMaybe<BooleanFilter>;
  readonly maxAttempts?: InputMaybe<IntFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<TaskTypeFilter>;
  readonly or?: InputMaybe<ReadonlyArray<TaskTypeFilter>>;
  readonly runType?: InputMaybe<RunTypeFilter>;
  readonly tasks?: InputMaybe<TaskTypeToManyTaskFilter>;
  readonly tasksExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly unitCost?: InputMaybe<BigFloatFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly variantType?: InputMaybe<StringFilter>;
};

export type TaskTypeToManyTaskFilter = {
  readonly every?: InputMaybe<TaskFilter>;
  readonly none?: InputMaybe<TaskFilter>;
  readonly some?: InputMaybe<TaskFilter>;
};

export type TaskTypesOrderBy =
  | 'BASE_COST_PER_SECOND_ASC'
  | 'BASE_COST_PER_SECOND_DESC'
  | 'BILLING_TYPE_ASC'
  | 'BILLING_TYPE_DESC'
  | 'CATEGORY_ASC'
  | 'CATEGORY_DESC'
  | 'CONTENT_TYPE_ASC'
  | 'CONTENT_TYPE_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'DISPLAY_NAME_ASC'
  | 'DISPLAY_NAME_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'IS_ACTIVE_ASC'
  | 'IS_ACTIVE_DESC'
  | 'MAX_ATTEMPTS_ASC'
  | 'MAX_ATTEMPTS_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'RUN_TYPE_ASC'
  | 'RUN_TYPE_DESC'
  | 'UNIT_COST_ASC'
  | 'UNIT_COST_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'VARIANT_TYPE_ASC'
  | 'VARIANT_TYPE_DESC';

export type TasksOrderBy =
  | 'COST_ASC'
  | 'COST_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'GENERATION_PROCESSED_AT_ASC'
  | 'GENERATION_PROCESSED_AT_DESC'
  | 'GENERATION_STARTED_AT_ASC'
  | 'GENERATION_STARTED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NATURAL'
  | 'PANE_GROUP_ASC'
  | 'PANE_GROUP_DESC'
  | 'PANE_POSITION_ASC'
  | 'PANE_POSITION_DESC'
  | 'PARENT_TASK_ID_ASC'
  | 'PARENT_TASK_ID_DESC'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'PROJECT_ID_ASC'
  | 'PROJECT_ID_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'TARGET_GENERATION_ID_ASC'
  | 'TARGET_GENERATION_ID_DESC'
  | 'TARGET_SHOT_ID_ASC'
  | 'TARGET_SHOT_ID_DESC'
  | 'TASK_TYPE_ASC'
  | 'TASK_TYPE_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type TrainingDataBatchCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type TrainingDataBatchFilter = {
  readonly and?: InputMaybe<ReadonlyArray<TrainingDataBatchFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<TrainingDataBatchFilter>;
  readonly or?: InputMaybe<ReadonlyArray<TrainingDataBatchFilter>>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly user?: InputMaybe<UserFilter>;
  readonly userId?: InputMaybe<UuidFilter>;
  readonly videos?: InputMaybe<TrainingDataBatchToManyTrainingVideoFilter>;
  readonly videosExist?: InputMaybe<Scalars['Boolean']['input']>;
};

export type TrainingDataBatchInput = {
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly name: Scalars['String']['input'];
};

export type TrainingDataBatchPatch = {
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

export type TrainingDataBatchToManyTrainingVideoFilter = {
  readonly every?: InputMaybe<TrainingVideoFilter>;
  readonly none?: InputMaybe<TrainingVideoFilter>;
  readonly some?: InputMaybe<TrainingVideoFilter>;
};

export type TrainingDataBatchesOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'USER_ID_ASC'
  | 'USER_ID_DESC';

export type TrainingDataSegmentCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly description?: InputMaybe<Scalars['String']['input']>;
  readonly endTime?: InputMaybe<Scalars['Int']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly startTime?: InputMaybe<Scalars['Int']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly videoId?: InputMaybe<Scalars['UUID']['input']>;
};

export type TrainingDataSegmentFilter = {
  readonly and?: InputMaybe<ReadonlyArray<TrainingDataSegmentFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly description?: InputMaybe<StringFilter>;
  readonly endTime?: InputMaybe<IntFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly not?: InputMaybe<TrainingDataSegmentFilter>;
  readonly or?: InputMaybe<ReadonlyArray<TrainingDataSegmentFilter>>;
  readonly startTime?: InputMaybe<IntFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly video?: InputMaybe<TrainingVideoFilter>;
  readonly videoId?: InputMaybe<UuidFilter>;
};

export type TrainingDataSegmentInput = {
  readonly description?: InputMaybe<Scalars['String']['input']>;
  readonly endTime: Scalars['Int']['input'];
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly startTime: Scalars['Int']['input'];
  readonly videoId: Scalars['UUID']['input'];
};

export type TrainingDataSegmentPatch = {
  readonly description?: InputMaybe<Scalars['String']['input']>;
  readonly endTime?: InputMaybe<Scalars['Int']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly startTime?: InputMaybe<Scalars['Int']['input']>;
};

export type TrainingDataSegmentsOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'DESCRIPTION_ASC'
  | 'DESCRIPTION_DESC'
  | 'END_TIME_ASC'
  | 'END_TIME_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'START_TIME_ASC'
  | 'START_TIME_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'VIDEO_ID_ASC'
  | 'VIDEO_ID_DESC';

export type TrainingVideoCondition = {
  readonly batchId?: InputMaybe<Scalars['UUID']['input']>;
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly duration?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly filename?: InputMaybe<Scalars['String']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type TrainingVideoFilter = {
  readonly and?: InputMaybe<ReadonlyArray<TrainingVideoFilter>>;
  readonly batch?: InputMaybe<TrainingDataBatchFilter>;
  readonly batchId?: InputMaybe<UuidFilter>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly duration?: InputMaybe<BigFloatFilter>;
  readonly filename?: InputMaybe<StringFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly not?: InputMaybe<TrainingVideoFilter>;
  readonly or?: InputMaybe<ReadonlyArray<TrainingVideoFilter>>;
  readonly segments?: InputMaybe<TrainingVideoToManyTrainingDataSegmentFilter>;
  readonly segmentsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly user?: InputMaybe<UserFilter>;
  readonly userId?: InputMaybe<UuidFilter>;
};

export type TrainingVideoInput = {
  readonly batchId: Scalars['UUID']['input'];
  readonly duration?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly filename: Scalars['String']['input'];
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly url: Scalars['String']['input'];
};

export type TrainingVideoPatch = {
  readonly duration?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly filename?: InputMaybe<Scalars['String']['input']>;
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  readonly url?: InputMaybe<Scalars['String']['input']>;
};

export type TrainingVideoToManyTrainingDataSegmentFilter = {
  readonly every?: InputMaybe<TrainingDataSegmentFilter>;
  readonly none?: InputMaybe<TrainingDataSegmentFilter>;
  readonly some?: InputMaybe<TrainingDataSegmentFilter>;
};

export type TrainingVideosOrderBy =
  | 'BATCH_ID_ASC'
  | 'BATCH_ID_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'DURATION_ASC'
  | 'DURATION_DESC'
  | 'FILENAME_ASC'
  | 'FILENAME_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'USER_ID_ASC'
  | 'USER_ID_DESC';

export type UuidFilter = {
  readonly distinctFrom?: InputMaybe<Scalars['UUID']['input']>;
  readonly equalTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly greaterThan?: InputMaybe<Scalars['UUID']['input']>;
  readonly greaterThanOrEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly in?: InputMaybe<ReadonlyArray<Scalars['UUID']['input']>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<Scalars['UUID']['input']>;
  readonly lessThanOrEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly notDistinctFrom?: InputMaybe<Scalars['UUID']['input']>;
  readonly notEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly notIn?: InputMaybe<ReadonlyArray<Scalars['UUID']['input']>>;
};

export type UuidListFilter = {
  readonly anyEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly anyGreaterThan?: InputMaybe<Scalars['UUID']['input']>;
  readonly anyGreaterThanOrEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly anyLessThan?: InputMaybe<Scalars['UUID']['input']>;
  readonly anyLessThanOrEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly anyNotEqualTo?: InputMaybe<Scalars['UUID']['input']>;
  readonly containedBy?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly contains?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly distinctFrom?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly equalTo?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly greaterThan?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly greaterThanOrEqualTo?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly lessThanOrEqualTo?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly notDistinctFrom?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly notEqualTo?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
  readonly overlaps?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['UUID']['input']>>>;
};

export type UpdateGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: GenerationPatch;
};

export type UpdateGenerationVariantInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: GenerationVariantPatch;
};

export type UpdateProjectInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: ProjectPatch;
};

export type UpdateResourceInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: ResourcePatch;
};

export type UpdateShotGenerationInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: ShotGenerationPatch;
};

export type UpdateShotInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: ShotPatch;
};

export type UpdateTrainingDataBatchInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: TrainingDataBatchPatch;
};

export type UpdateTrainingDataSegmentInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: TrainingDataSegmentPatch;
};

export type UpdateTrainingVideoInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: TrainingVideoPatch;
};

export type UpdateUserInput = {
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  readonly id: Scalars['UUID']['input'];
  readonly patch: UserPatch;
};

export type UserCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly credits?: InputMaybe<Scalars['BigFloat']['input']>;
  readonly email?: InputMaybe<Scalars['String']['input']>;
  readonly id?: InputMaybe<Scalars['UUID']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly username?: InputMaybe<Scalars['String']['input']>;
};

export type UserFilter = {
  readonly and?: InputMaybe<ReadonlyArray<UserFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly credits?: InputMaybe<BigFloatFilter>;
  readonly creditsLedger?: InputMaybe<UserToManyCreditsLedgerFilter>;
  readonly creditsLedgerExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly email?: InputMaybe<StringFilter>;
  readonly id?: InputMaybe<UuidFilter>;
  readonly name?: InputMaybe<StringFilter>;
  readonly not?: InputMaybe<UserFilter>;
  readonly or?: InputMaybe<ReadonlyArray<UserFilter>>;
  readonly projects?: InputMaybe<UserToManyProjectFilter>;
  readonly projectsExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly resources?: InputMaybe<UserToManyResourceFilter>;
  readonly resourcesExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly trainingDataBatches?: InputMaybe<UserToManyTrainingDataBatchFilter>;
  readonly trainingDataBatchesExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly trainingVideos?: InputMaybe<UserToManyTrainingVideoFilter>;
  readonly trainingVideosExist?: InputMaybe<Scalars['Boolean']['input']>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
  readonly username?: InputMaybe<StringFilter>;
};

export type UserPatch = {
  readonly avatarUrl?: InputMaybe<Scalars['String']['input']>;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly onboarding?: InputMaybe<Scalars['JSON']['input']>;
  readonly settings?: InputMaybe<Scalars['JSON']['input']>;
  readonly username?: InputMaybe<Scalars['String']['input']>;
};

export type UserToManyCreditsLedgerFilter = {
  readonly every?: InputMaybe<CreditsLedgerFilter>;
  readonly none?: InputMaybe<CreditsLedgerFilter>;
  readonly some?: InputMaybe<CreditsLedgerFilter>;
};

export type UserToManyProjectFilter = {
  readonly every?: InputMaybe<ProjectFilter>;
  readonly none?: InputMaybe<ProjectFilter>;
  readonly some?: InputMaybe<ProjectFilter>;
};

export type UserToManyResourceFilter = {
  readonly every?: InputMaybe<ResourceFilter>;
  readonly none?: InputMaybe<ResourceFilter>;
  readonly some?: InputMaybe<ResourceFilter>;
};

export type UserToManyTrainingDataBatchFilter = {
  readonly every?: InputMaybe<TrainingDataBatchFilter>;
  readonly none?: InputMaybe<TrainingDataBatchFilter>;
  readonly some?: InputMaybe<TrainingDataBatchFilter>;
};

export type UserToManyTrainingVideoFilter = {
  readonly every?: InputMaybe<TrainingVideoFilter>;
  readonly none?: InputMaybe<TrainingVideoFilter>;
  readonly some?: InputMaybe<TrainingVideoFilter>;
};

export type UsersOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'CREDITS_ASC'
  | 'CREDITS_DESC'
  | 'EMAIL_ASC'
  | 'EMAIL_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'USERNAME_ASC'
  | 'USERNAME_DESC';

export type WorkerCondition = {
  readonly createdAt?: InputMaybe<Scalars['Datetime']['input']>;
  readonly currentModel?: InputMaybe<Scalars['String']['input']>;
  readonly id?: InputMaybe<Scalars['String']['input']>;
  readonly lastHeartbeat?: InputMaybe<Scalars['Datetime']['input']>;
  readonly status?: InputMaybe<WorkerStatus>;
  readonly updatedAt?: InputMaybe<Scalars['Datetime']['input']>;
};

export type WorkerFilter = {
  readonly and?: InputMaybe<ReadonlyArray<WorkerFilter>>;
  readonly createdAt?: InputMaybe<DatetimeFilter>;
  readonly currentModel?: InputMaybe<StringFilter>;
  readonly id?: InputMaybe<StringFilter>;
  readonly lastHeartbeat?: InputMaybe<DatetimeFilter>;
  readonly not?: InputMaybe<WorkerFilter>;
  readonly or?: InputMaybe<ReadonlyArray<WorkerFilter>>;
  readonly status?: InputMaybe<WorkerStatusFilter>;
  readonly updatedAt?: InputMaybe<DatetimeFilter>;
};

export type WorkerStatus =
  | 'ACTIVE'
  | 'ERROR'
  | 'INACTIVE'
  | 'TERMINATED';

export type WorkerStatusFilter = {
  readonly distinctFrom?: InputMaybe<WorkerStatus>;
  readonly equalTo?: InputMaybe<WorkerStatus>;
  readonly greaterThan?: InputMaybe<WorkerStatus>;
  readonly greaterThanOrEqualTo?: InputMaybe<WorkerStatus>;
  readonly in?: InputMaybe<ReadonlyArray<WorkerStatus>>;
  readonly isNull?: InputMaybe<Scalars['Boolean']['input']>;
  readonly lessThan?: InputMaybe<WorkerStatus>;
  readonly lessThanOrEqualTo?: InputMaybe<WorkerStatus>;
  readonly notDistinctFrom?: InputMaybe<WorkerStatus>;
  readonly notEqualTo?: InputMaybe<WorkerStatus>;
  readonly notIn?: InputMaybe<ReadonlyArray<WorkerStatus>>;
};

export type WorkersOrderBy =
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'CURRENT_MODEL_ASC'
  | 'CURRENT_MODEL_DESC'
  | 'ID_ASC'
  | 'ID_DESC'
  | 'LAST_HEARTBEAT_ASC'
  | 'LAST_HEARTBEAT_DESC'
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type EnsureUserMutationVariables = Exact<{ [key: string]: never; }>;


export type EnsureUserMutation = { readonly ensureUser: { readonly user: { readonly id: string, readonly email: string | null, readonly username: string | null, readonly name: string | null, readonly avatarUrl: string | null, readonly credits: string, readonly settings: unknown, readonly onboarding: unknown } | null } | null };

export type UpdateUserSettingsMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  settings: Scalars['JSON']['input'];
}>;


export type UpdateUserSettingsMutation = { readonly updateUser: { readonly user: { readonly id: string, readonly email: string | null, readonly username: string | null, readonly name: string | null, readonly avatarUrl: string | null, readonly credits: string, readonly settings: unknown, readonly onboarding: unknown } | null } | null };

export type CreditsQueryVariables = Exact<{ [key: string]: never; }>;


export type CreditsQuery = { readonly me: { readonly id: string, readonly credits: string } | null };

export type AppBootQueryVariables = Exact<{ [key: string]: never; }>;


export type AppBootQuery = { readonly me: { readonly id: string, readonly email: string | null, readonly username: string | null, readonly name: string | null, readonly avatarUrl: string | null, readonly credits: string, readonly settings: unknown, readonly onboarding: unknown } | null, readonly projects: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string }> } | null, readonly taskTypes: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly displayName: string, readonly category: TaskCategory, readonly runType: RunType, readonly contentType: ContentType | null, readonly variantType: string | null, readonly billingType: BillingType, readonly baseCostPerSecond: string | null, readonly unitCost: string | null, readonly costFactors: unknown }> } | null };

export type TaskLogQueryVariables = Exact<{
  filter?: InputMaybe<TaskFilter>;
  orderBy?: InputMaybe<ReadonlyArray<TasksOrderBy> | TasksOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type TaskLogQuery = { readonly tasks: { readonly totalCount: number, readonly totalCost: string, readonly nodes: ReadonlyArray<{ readonly parentTaskId: string | null, readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null, readonly type: { readonly displayName: string, readonly category: TaskCategory, readonly contentType: ContentType | null } | null, readonly project: { readonly id: string, readonly name: string } | null }> } | null };

export type CreditLedgerQueryVariables = Exact<{
  filter?: InputMaybe<CreditsLedgerFilter>;
  orderBy?: InputMaybe<ReadonlyArray<CreditsLedgersOrderBy> | CreditsLedgersOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type CreditLedgerQuery = { readonly me: { readonly id: string, readonly credits: string } | null, readonly creditsLedgers: { readonly totalCount: number, readonly totalAmount: string, readonly nodes: ReadonlyArray<{ readonly id: string, readonly amount: string, readonly type: CreditType, readonly metadata: unknown, readonly createdAt: string, readonly taskId: string | null, readonly task: { readonly id: string, readonly taskType: string, readonly project: { readonly id: string, readonly name: string } | null } | null }> } | null };

export type VariantMediaFragment = { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string };

export type GenerationMediaFragment = { readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string };

export type GenerationCardFragment = { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null };

export type ShotFieldsFragment = { readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string };

export type ProjectFieldsFragment = { readonly id: string, readonly name: string, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string };

export type MeFragment = { readonly id: string, readonly email: string | null, readonly username: string | null, readonly name: string | null, readonly avatarUrl: string | null, readonly credits: string, readonly settings: unknown, readonly onboarding: unknown };

export type TaskRowFragment = { readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null };

export type GalleryPageQueryVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  filter?: InputMaybe<ReadonlyArray<GenerationFilter> | GenerationFilter>;
  orderBy?: InputMaybe<ReadonlyArray<GenerationsOrderBy> | GenerationsOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type GalleryPageQuery = { readonly generations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null }> } | null };

export type CreateGenerationMutationVariables = Exact<{
  input: AddGenerationInput;
}>;


export type CreateGenerationMutation = { readonly addGeneration: { readonly generation: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> }, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null };

export type UpdateGenerationMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  patch: GenerationPatch;
}>;


export type UpdateGenerationMutation = { readonly updateGeneration: { readonly generation: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null };

export type DeleteGenerationsMutationVariables = Exact<{
  ids: ReadonlyArray<Scalars['UUID']['input']> | Scalars['UUID']['input'];
}>;


export type DeleteGenerationsMutation = { readonly deleteGenerations: { readonly generations: ReadonlyArray<{ readonly id: string }> | null } | null };

export type SetPrimaryVariantMutationVariables = Exact<{
  variantId: Scalars['UUID']['input'];
}>;


export type SetPrimaryVariantMutation = { readonly setPrimaryVariant: { readonly generation: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly variants: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string }> }, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null };

export type MarkVariantsViewedMutationVariables = Exact<{
  generationId: Scalars['UUID']['input'];
}>;


export type MarkVariantsViewedMutation = { readonly markVariantsViewed: { readonly generationVariants: ReadonlyArray<{ readonly id: string, readonly viewedAt: string | null, readonly generation: { readonly id: string, readonly unviewedCount: number } | null }> | null } | null };

export type StarVariantMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  starred: Scalars['Boolean']['input'];
}>;


export type StarVariantMutation = { readonly updateGenerationVariant: { readonly generationVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null };

export type DeleteVariantMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type DeleteVariantMutation = { readonly deleteGenerationVariant: { readonly generationVariant: { readonly id: string, readonly generation: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null } | null };

export type LightboxQueryVariables = Exact<{
  id: Scalars['UUID']['input'];
  variants?: InputMaybe<Scalars['Int']['input']>;
  derivatives?: InputMaybe<Scalars['Int']['input']>;
}>;


export type LightboxQuery = { readonly generation: { readonly mediaUrl: string | null, readonly previewUrl: string | null, readonly params: unknown, readonly isChild: boolean, readonly parentGenerationId: string | null, readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly variants: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly mediaUrl: string | null, readonly previewUrl: string | null, readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string }> }, readonly source: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null, readonly derivatives: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly derivatives: { readonly totalCount: number }, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null }> }, readonly task: { readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null } | null, readonly shotGenerations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: number | null, readonly timelineFrame: number | null, readonly shot: { readonly id: string, readonly name: string, readonly order: number } | null }> }, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null, readonly openTasks: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null }> } | null };

export type LineageChainQueryVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type LineageChainQuery = { readonly generation: { readonly id: string, readonly lineage: { readonly nodes: ReadonlyArray<{ readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null }> } } | null };

export type ProjectChangesSubscriptionVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  tables?: InputMaybe<ReadonlyArray<RealtimeTable> | RealtimeTable>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectChangesSubscription = { readonly projectChanges: { readonly kind: RealtimeKind, readonly cursor: string, readonly originClientId: string | null, readonly changes: ReadonlyArray<{ readonly operation: RealtimeOperation, readonly table: RealtimeTable, readonly id: string, readonly shotId: string | null, readonly generationId: string | null, readonly parentGenerationId: string | null, readonly changedColumns: ReadonlyArray<string>, readonly generation: { readonly isChild: boolean, readonly parentGenerationId: string | null, readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null, readonly generationVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null, readonly shotGeneration: { readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown } | null, readonly task: { readonly parentTaskId: string | null, readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null } | null, readonly before: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null, readonly after: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null }> } | null };

export type ChangeFactsFragment = { readonly operation: RealtimeOperation, readonly table: RealtimeTable, readonly id: string, readonly shotId: string | null, readonly generationId: string | null, readonly parentGenerationId: string | null, readonly changedColumns: ReadonlyArray<string>, readonly before: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null, readonly after: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null };

export type SmallValuesFragment = { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null };

export type ProjectNewsSubscriptionVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  tables?: InputMaybe<ReadonlyArray<RealtimeTable> | RealtimeTable>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectNewsSubscription = { readonly projectChanges: { readonly kind: RealtimeKind, readonly cursor: string, readonly originClientId: string | null, readonly changes: ReadonlyArray<{ readonly operation: RealtimeOperation, readonly table: RealtimeTable, readonly id: string, readonly shotId: string | null, readonly generationId: string | null, readonly parentGenerationId: string | null, readonly changedColumns: ReadonlyArray<string>, readonly before: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null, readonly after: { readonly status: TaskStatus | null, readonly location: string | null, readonly thumbnailUrl: string | null, readonly starred: boolean | null, readonly isPrimary: boolean | null, readonly timelineFrame: number | null, readonly position: number | null, readonly viewedAt: string | null } | null }> } | null };

export type CreateProjectMutationVariables = Exact<{
  project: ProjectInput;
}>;


export type CreateProjectMutation = { readonly createProject: { readonly project: { readonly settings: unknown, readonly id: string, readonly name: string, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string } | null } | null };

export type UpdateProjectMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  patch: ProjectPatch;
}>;


export type UpdateProjectMutation = { readonly updateProject: { readonly project: { readonly settings: unknown, readonly id: string, readonly name: string, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string } | null } | null };

export type ResourcesQueryVariables = Exact<{
  filter?: InputMaybe<ResourceFilter>;
  orderBy?: InputMaybe<ReadonlyArray<ResourcesOrderBy> | ResourcesOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ResourcesQuery = { readonly resources: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly userId: string, readonly type: string, readonly name: string | null, readonly url: string, readonly metadata: unknown, readonly isPublic: boolean, readonly createdAt: string, readonly updatedAt: string }> } | null };

export type ShotEditorQueryVariables = Exact<{
  id: Scalars['UUID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ShotEditorQuery = { readonly shot: { readonly settings: unknown, readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number, readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown, readonly generation: { readonly isChild: boolean, readonly parentGenerationId: string | null, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null }> } } | null };

export type CreateShotMutationVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  name: Scalars['String']['input'];
  aspectRatio?: InputMaybe<Scalars['String']['input']>;
}>;


export type CreateShotMutation = { readonly createShot: { readonly shot: { readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string } | null } | null };

export type CreateShotWithImageMutationVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  name: Scalars['String']['input'];
  generationId: Scalars['UUID']['input'];
}>;


export type CreateShotWithImageMutation = { readonly createShotWithImage: { readonly shot: { readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number, readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> } } | null } | null };

export type DuplicateShotMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type DuplicateShotMutation = { readonly duplicateShot: { readonly shot: { readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number, readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> } } | null } | null };

export type ReorderShotsMutationVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  shotIds: ReadonlyArray<Scalars['UUID']['input']> | Scalars['UUID']['input'];
}>;


export type ReorderShotsMutation = { readonly reorderShots: { readonly shots: ReadonlyArray<{ readonly id: string, readonly order: number }> | null } | null };

export type RenameShotMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  name: Scalars['String']['input'];
}>;


export type RenameShotMutation = { readonly updateShot: { readonly shot: { readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string } | null } | null };

export type DeleteShotMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type DeleteShotMutation = { readonly deleteShot: { readonly shot: { readonly id: string, readonly project: { readonly id: string, readonly shots: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly order: number }> } } | null } | null } | null };

export type ShotWithPlacesFragment = { readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number, readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> } };

export type ShotsPaneQueryVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  previews?: InputMaybe<Scalars['Int']['input']>;
}>;


export type ShotsPaneQuery = { readonly shots: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number, readonly id: string, readonly projectId: string, readonly name: string, readonly order: number, readonly aspectRatio: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly position: number | null, readonly generation: { readonly id: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null } | null }> } }> } | null };

export type StoredFileFragment = { readonly id: string, readonly bucketId: string, readonly name: string, readonly size: string | null, readonly contentType: string | null, readonly userMetadata: unknown | null, readonly createdAt: string, readonly updatedAt: string, readonly url: string | null };

export type StorageObjectsQueryVariables = Exact<{
  bucketId: Scalars['String']['input'];
  prefix?: InputMaybe<Scalars['String']['input']>;
  orderBy?: InputMaybe<ReadonlyArray<StorageObjectsOrderBy> | StorageObjectsOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type StorageObjectsQuery = { readonly storageObjects: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly bucketId: string, readonly name: string, readonly size: string | null, readonly contentType: string | null, readonly userMetadata: unknown | null, readonly createdAt: string, readonly updatedAt: string, readonly url: string | null }> } | null };

export type StorageObjectQueryVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type StorageObjectQuery = { readonly storageObject: { readonly id: string, readonly bucketId: string, readonly name: string, readonly size: string | null, readonly contentType: string | null, readonly userMetadata: unknown | null, readonly createdAt: string, readonly updatedAt: string, readonly url: string | null } | null };

export type CreateUploadedGenerationMutationVariables = Exact<{
  input: AddGenerationInput;
  previewWidth?: InputMaybe<Scalars['Int']['input']>;
}>;


export type CreateUploadedGenerationMutation = { readonly addGeneration: { readonly generation: { readonly mediaUrl: string | null, readonly previewUrl: string | null, readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly shotGenerations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> }, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null };

export type TaskStatusCountsQueryVariables = Exact<{
  projectId: Scalars['UUID']['input'];
}>;


export type TaskStatusCountsQuery = { readonly taskStatusCounts: { readonly processing: number, readonly completed: number, readonly failed: number } | null };

export type PendingWorkQueryVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  shot?: InputMaybe<UuidFilter>;
  generation?: InputMaybe<UuidFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
}>;


export type PendingWorkQuery = { readonly tasks: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly parentTaskId: string | null, readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null }> } | null };

export type TaskCostEstimateQueryVariables = Exact<{
  taskType: Scalars['String']['input'];
  params?: InputMaybe<Scalars['JSON']['input']>;
  seconds?: InputMaybe<Scalars['BigFloat']['input']>;
}>;


export type TaskCostEstimateQuery = { readonly taskCostEstimate: string | null };

export type EnqueueTasksMutationVariables = Exact<{
  projectId: Scalars['UUID']['input'];
  tasks: ReadonlyArray<TaskRequestInput> | TaskRequestInput;
}>;


export type EnqueueTasksMutation = { readonly enqueueTasks: { readonly tasks: ReadonlyArray<{ readonly parentTaskId: string | null, readonly dependantOn: ReadonlyArray<string | null>, readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null }> | null } | null };

export type CancelTasksMutationVariables = Exact<{
  ids: ReadonlyArray<Scalars['UUID']['input']> | Scalars['UUID']['input'];
}>;


export type CancelTasksMutation = { readonly cancelTasks: { readonly tasks: ReadonlyArray<{ readonly parentTaskId: string | null, readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null }> | null } | null };

export type TasksPaneQueryVariables = Exact<{
  projectId?: InputMaybe<UuidFilter>;
  paneGroup?: InputMaybe<IntFilter>;
  status?: InputMaybe<TaskStatusFilter>;
  taskType?: InputMaybe<StringFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type TasksPaneQuery = { readonly tasks: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly projectId: string, readonly taskType: string, readonly status: TaskStatus, readonly paneGroup: number, readonly attempts: number, readonly cost: string | null, readonly errorMessage: string | null, readonly outputLocation: string | null, readonly targetShotId: string | null, readonly targetGenerationId: string | null, readonly createdAt: string, readonly generationStartedAt: string | null, readonly generationProcessedAt: string | null, readonly type: { readonly displayName: string, readonly category: TaskCategory, readonly contentType: ContentType | null } | null, readonly project: { readonly id: string, readonly name: string } | null, readonly children: { readonly totalCount: number }, readonly completedChildren: { readonly totalCount: number }, readonly generations: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null }> } }> } | null };

export type ShotPlaceFragment = { readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown };

export type AddGenerationToShotMutationVariables = Exact<{
  shotId: Scalars['UUID']['input'];
  generationId: Scalars['UUID']['input'];
  withPosition?: InputMaybe<Scalars['Boolean']['input']>;
}>;


export type AddGenerationToShotMutation = { readonly addGenerationToShot: { readonly shotGeneration: { readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown, readonly shot: { readonly id: string, readonly imageCount: number, readonly finalVideoCount: number, readonly unpositionedCount: number } | null, readonly generation: { readonly shotData: unknown, readonly variantCount: number, readonly unviewedCount: number, readonly id: string, readonly projectId: string, readonly type: string, readonly location: string | null, readonly thumbnailUrl: string | null, readonly name: string | null, readonly prompt: string | null, readonly toolType: string | null, readonly starred: boolean, readonly basedOn: string | null, readonly createdAt: string, readonly updatedAt: string, readonly primaryVariant: { readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string } | null } | null } | null } | null };

export type RemoveGenerationFromShotMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
}>;


export type RemoveGenerationFromShotMutation = { readonly deleteShotGeneration: { readonly shotGeneration: { readonly id: string, readonly shotId: string, readonly generation: { readonly id: string, readonly shotData: unknown } | null } | null } | null };

export type BatchUpdateTimelineFramesMutationVariables = Exact<{
  shotId: Scalars['UUID']['input'];
  changes: Scalars['JSON']['input'];
}>;


export type BatchUpdateTimelineFramesMutation = { readonly batchUpdateTimelineFrames: { readonly shotGenerations: ReadonlyArray<{ readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown }> | null } | null };

export type ReorderShotGenerationsMutationVariables = Exact<{
  shotId: Scalars['UUID']['input'];
  ids: ReadonlyArray<Scalars['UUID']['input']> | Scalars['UUID']['input'];
}>;


export type ReorderShotGenerationsMutation = { readonly reorderShotGenerations: { readonly shotGenerations: ReadonlyArray<{ readonly id: string, readonly position: number | null }> | null } | null };

export type PositionShotGenerationMutationVariables = Exact<{
  id: Scalars['UUID']['input'];
  position?: InputMaybe<Scalars['Int']['input']>;
  timelineFrame?: InputMaybe<Scalars['Int']['input']>;
}>;


export type PositionShotGenerationMutation = { readonly positionShotGeneration: { readonly shotGeneration: { readonly id: string, readonly shotId: string, readonly generationId: string, readonly position: number | null, readonly timelineFrame: number | null, readonly metadata: unknown } | null } | null };

export type FixTimelineSpacingMutationVariables = Exact<{
  shotId: Scalars['UUID']['input'];
}>;


export type FixTimelineSpacingMutation = { readonly fixTimelineSpacing: { readonly shotGenerations: ReadonlyArray<{ readonly id: string, readonly timelineFrame: number | null }> | null } | null };

export type ToolSettingsQueryVariables = Exact<{
  tool: Scalars['String']['input'];
  projectId?: InputMaybe<Scalars['UUID']['input']>;
  shotId?: InputMaybe<Scalars['UUID']['input']>;
}>;


export type ToolSettingsQuery = { readonly toolSettings: unknown | null };

export type PatchToolSettingsMutationVariables = Exact<{
  scope: SettingsScope;
  id: Scalars['UUID']['input'];
  tool: Scalars['String']['input'];
  patch: Scalars['JSON']['input'];
  expected?: InputMaybe<Scalars['JSON']['input']>;
}>;


export type PatchToolSettingsMutation = { readonly patchSettings: { readonly settings: unknown | null } | null };

export type TrainingDataQueryVariables = Exact<{
  filter?: InputMaybe<TrainingVideoFilter>;
  orderBy?: InputMaybe<ReadonlyArray<TrainingVideosOrderBy> | TrainingVideosOrderBy>;
  first?: InputMaybe<Scalars['Int']['input']>;
  offset?: InputMaybe<Scalars['Int']['input']>;
}>;


export type TrainingDataQuery = { readonly trainingDataBatches: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly metadata: unknown, readonly createdAt: string, readonly videos: { readonly totalCount: number } }> } | null, readonly trainingVideos: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly batchId: string, readonly filename: string, readonly url: string, readonly duration: string | null, readonly metadata: unknown, readonly createdAt: string, readonly segments: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly startTime: number, readonly endTime: number, readonly description: string | null, readonly metadata: unknown }> } }> } | null };

export type VariantSelectorQueryVariables = Exact<{
  generationId: Scalars['UUID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['Cursor']['input']>;
}>;


export type VariantSelectorQuery = { readonly generation: { readonly id: string, readonly primaryVariantId: string | null, readonly variantCount: number, readonly unviewedCount: number, readonly variants: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly generationId: string, readonly variantType: string, readonly isPrimary: boolean, readonly location: string, readonly thumbnailUrl: string | null, readonly name: string | null, readonly starred: boolean, readonly viewedAt: string | null, readonly createdAt: string }> } } | null };

export type WorkerTaskFragment = { readonly id: string, readonly projectId: string, readonly taskType: string, readonly params: unknown, readonly status: TaskStatus, readonly attempts: number, readonly dependantOn: ReadonlyArray<string | null>, readonly parentTaskId: string | null, readonly generationStartedAt: string | null, readonly leaseExpiresAt: string | null, readonly outputFolder: string | null, readonly type: { readonly category: TaskCategory, readonly contentType: ContentType | null } | null };

export type WorkerTaskOutputFragment = { readonly id: string, readonly taskType: string, readonly status: TaskStatus, readonly outputLocation: string | null, readonly resultData: unknown, readonly errorMessage: string | null };

export type ClaimNextTaskMutationVariables = Exact<{
  workerId: Scalars['String']['input'];
  runType: RunType;
  sameModelOnly?: InputMaybe<Scalars['Boolean']['input']>;
}>;


export type ClaimNextTaskMutation = { readonly claimNextTask: { readonly task: { readonly id: string, readonly projectId: string, readonly taskType: string, readonly params: unknown, readonly status: TaskStatus, readonly attempts: number, readonly dependantOn: ReadonlyArray<string | null>, readonly parentTaskId: string | null, readonly generationStartedAt: string | null, readonly leaseExpiresAt: string | null, readonly outputFolder: string | null, readonly type: { readonly category: TaskCategory, readonly contentType: ContentType | null } | null } | null } | null };

export type HeartbeatMutationVariables = Exact<{
  workerId: Scalars['String']['input'];
  status?: InputMaybe<WorkerStatus>;
  currentModel?: InputMaybe<Scalars['String']['input']>;
  metadata?: InputMaybe<Scalars['JSON']['input']>;
  taskIds?: InputMaybe<ReadonlyArray<Scalars['UUID']['input']> | Scalars['UUID']['input']>;
}>;


export type HeartbeatMutation = { readonly heartbeat: { readonly heartbeat: { readonly extended: ReadonlyArray<string | null>, readonly cancelled: ReadonlyArray<string | null>, readonly lost: ReadonlyArray<string | null> } | null } | null };

export type StartGenerationMutationVariables = Exact<{
  taskId: Scalars['UUID']['input'];
  attempt: Scalars['Int']['input'];
}>;


export type StartGenerationMutation = { readonly startGeneration: { readonly task: { readonly id: string, readonly attempts: number, readonly generationStartedAt: string | null } | null } | null };

export type CompleteTaskMutationVariables = Exact<{
  taskId: Scalars['UUID']['input'];
  attempt: Scalars['Int']['input'];
  outputLocation?: InputMaybe<Scalars['String']['input']>;
  thumbnailUrl?: InputMaybe<Scalars['String']['input']>;
  result?: InputMaybe<Scalars['JSON']['input']>;
}>;


export type CompleteTaskMutation = { readonly completeTask: { readonly task: { readonly id: string, readonly status: TaskStatus, readonly cost: string | null, readonly resultData: unknown } | null } | null };

export type FailTaskMutationVariables = Exact<{
  taskId: Scalars['UUID']['input'];
  attempt: Scalars['Int']['input'];
  message: Scalars['String']['input'];
  retryable?: InputMaybe<Scalars['Boolean']['input']>;
}>;


export type FailTaskMutation = { readonly failTask: { readonly task: { readonly id: string, readonly status: TaskStatus, readonly attempts: number, readonly errorMessage: string | null } | null } | null };

export type WorkerTaskContextQueryVariables = Exact<{
  taskId: Scalars['UUID']['input'];
}>;


export type WorkerTaskContextQuery = { readonly workerTaskContext: { readonly isCancelled: boolean, readonly task: { readonly id: string, readonly projectId: string, readonly taskType: string, readonly params: unknown, readonly status: TaskStatus, readonly attempts: number, readonly dependantOn: ReadonlyArray<string | null>, readonly parentTaskId: string | null, readonly generationStartedAt: string | null, readonly leaseExpiresAt: string | null, readonly outputFolder: string | null, readonly type: { readonly category: TaskCategory, readonly contentType: ContentType | null } | null }, readonly dependencies: ReadonlyArray<{ readonly id: string, readonly taskType: string, readonly status: TaskStatus, readonly outputLocation: string | null, readonly resultData: unknown, readonly errorMessage: string | null } | null>, readonly siblings: ReadonlyArray<{ readonly id: string, readonly taskType: string, readonly status: TaskStatus, readonly outputLocation: string | null, readonly resultData: unknown, readonly errorMessage: string | null } | null> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const GenerationMediaFragmentDoc = new TypedDocumentString(`
    fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
    `, {"fragmentName":"GenerationMedia"}) as unknown as TypedDocumentString<GenerationMediaFragment, unknown>;
export const VariantMediaFragmentDoc = new TypedDocumentString(`
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
    `, {"fragmentName":"VariantMedia"}) as unknown as TypedDocumentString<VariantMediaFragment, unknown>;
export const GenerationCardFragmentDoc = new TypedDocumentString(`
    fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}`, {"fragmentName":"GenerationCard"}) as unknown as TypedDocumentString<GenerationCardFragment, unknown>;
export const ProjectFieldsFragmentDoc = new TypedDocumentString(`
    fragment ProjectFields on Project {
  id
  name
  aspectRatio
  createdAt
  updatedAt
}
    `, {"fragmentName":"ProjectFields"}) as unknown as TypedDocumentString<ProjectFieldsFragment, unknown>;
export const MeFragmentDoc = new TypedDocumentString(`
    fragment Me on User {
  id
  email
  username
  name
  avatarUrl
  credits
  settings
  onboarding
}
    `, {"fragmentName":"Me"}) as unknown as TypedDocumentString<MeFragment, unknown>;
export const TaskRowFragmentDoc = new TypedDocumentString(`
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}
    `, {"fragmentName":"TaskRow"}) as unknown as TypedDocumentString<TaskRowFragment, unknown>;
export const SmallValuesFragmentDoc = new TypedDocumentString(`
    fragment SmallValues on SmallColumns {
  status
  location
  thumbnailUrl
  starred
  isPrimary
  timelineFrame
  position
  viewedAt
}
    `, {"fragmentName":"SmallValues"}) as unknown as TypedDocumentString<SmallValuesFragment, unknown>;
export const ChangeFactsFragmentDoc = new TypedDocumentString(`
    fragment ChangeFacts on Change {
  operation
  table
  id
  shotId
  generationId
  parentGenerationId
  changedColumns
  before {
    ...SmallValues
  }
  after {
    ...SmallValues
  }
}
    fragment SmallValues on SmallColumns {
  status
  location
  thumbnailUrl
  starred
  isPrimary
  timelineFrame
  position
  viewedAt
}`, {"fragmentName":"ChangeFacts"}) as unknown as TypedDocumentString<ChangeFactsFragment, unknown>;
export const ShotFieldsFragmentDoc = new TypedDocumentString(`
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}
    `, {"fragmentName":"ShotFields"}) as unknown as TypedDocumentString<ShotFieldsFragment, unknown>;
export const ShotPlaceFragmentDoc = new TypedDocumentString(`
    fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}
    `, {"fragmentName":"ShotPlace"}) as unknown as TypedDocumentString<ShotPlaceFragment, unknown>;
export const ShotWithPlacesFragmentDoc = new TypedDocumentString(`
    fragment ShotWithPlaces on Shot {
  ...ShotFields
  imageCount
  finalVideoCount
  unpositionedCount
  shotGenerations(orderBy: [TIMELINE_FRAME_ASC], first: 1000) {
    totalCount
    nodes {
      ...ShotPlace
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`, {"fragmentName":"ShotWithPlaces"}) as unknown as TypedDocumentString<ShotWithPlacesFragment, unknown>;
export const StoredFileFragmentDoc = new TypedDocumentString(`
    fragment StoredFile on StorageObject {
  id
  bucketId
  name
  size
  contentType
  userMetadata
  createdAt
  updatedAt
  url
}
    `, {"fragmentName":"StoredFile"}) as unknown as TypedDocumentString<StoredFileFragment, unknown>;
export const WorkerTaskFragmentDoc = new TypedDocumentString(`
    fragment WorkerTask on Task {
  id
  projectId
  taskType
  params
  status
  attempts
  dependantOn
  parentTaskId
  generationStartedAt
  leaseExpiresAt
  outputFolder
  type {
    category
    contentType
  }
}
    `, {"fragmentName":"WorkerTask"}) as unknown as TypedDocumentString<WorkerTaskFragment, unknown>;
export const WorkerTaskOutputFragmentDoc = new TypedDocumentString(`
    fragment WorkerTaskOutput on Task {
  id
  taskType
  status
  outputLocation
  resultData
  errorMessage
}
    `, {"fragmentName":"WorkerTaskOutput"}) as unknown as TypedDocumentString<WorkerTaskOutputFragment, unknown>;
export const EnsureUserDocument = new TypedDocumentString(`
    mutation EnsureUser {
  ensureUser(input: {}) {
    user {
      ...Me
    }
  }
}
    fragment Me on User {
  id
  email
  username
  name
  avatarUrl
  credits
  settings
  onboarding
}`) as unknown as TypedDocumentString<EnsureUserMutation, EnsureUserMutationVariables>;
export const UpdateUserSettingsDocument = new TypedDocumentString(`
    mutation UpdateUserSettings($id: UUID!, $settings: JSON!) {
  updateUser(input: {id: $id, patch: {settings: $settings}}) {
    user {
      ...Me
    }
  }
}
    fragment Me on User {
  id
  email
  username
  name
  avatarUrl
  credits
  settings
  onboarding
}`) as unknown as TypedDocumentString<UpdateUserSettingsMutation, UpdateUserSettingsMutationVariables>;
export const CreditsDocument = new TypedDocumentString(`
    query Credits {
  me {
    id
    credits
  }
}
    `) as unknown as TypedDocumentString<CreditsQuery, CreditsQueryVariables>;
export const AppBootDocument = new TypedDocumentString(`
    query AppBoot {
  me {
    ...Me
  }
  projects(orderBy: [CREATED_AT_DESC], first: 1000) {
    totalCount
    nodes {
      ...ProjectFields
    }
  }
  taskTypes(orderBy: [NAME_ASC], first: 1000) {
    nodes {
      id
      name
      displayName
      category
      runType
      contentType
      variantType
      billingType
      baseCostPerSecond
      unitCost
      costFactors
    }
  }
}
    fragment ProjectFields on Project {
  id
  name
  aspectRatio
  createdAt
  updatedAt
}
fragment Me on User {
  id
  email
  username
  name
  avatarUrl
  credits
  settings
  onboarding
}`) as unknown as TypedDocumentString<AppBootQuery, AppBootQueryVariables>;
export const TaskLogDocument = new TypedDocumentString(`
    query TaskLog($filter: TaskFilter, $orderBy: [TasksOrderBy!] = [CREATED_AT_DESC], $first: Int = 50, $offset: Int = 0) {
  tasks(filter: $filter, orderBy: $orderBy, first: $first, offset: $offset) {
    totalCount
    totalCost
    nodes {
      ...TaskRow
      parentTaskId
      type {
        displayName
        category
        contentType
      }
      project {
        id
        name
      }
    }
  }
}
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<TaskLogQuery, TaskLogQueryVariables>;
export const CreditLedgerDocument = new TypedDocumentString(`
    query CreditLedger($filter: CreditsLedgerFilter, $orderBy: [CreditsLedgersOrderBy!] = [CREATED_AT_DESC], $first: Int = 50, $offset: Int = 0) {
  me {
    id
    credits
  }
  creditsLedgers(
    filter: $filter
    orderBy: $orderBy
    first: $first
    offset: $offset
  ) {
    totalCount
    totalAmount
    nodes {
      id
      amount
      type
      metadata
      createdAt
      taskId
      task {
        id
        taskType
        project {
          id
          name
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CreditLedgerQuery, CreditLedgerQueryVariables>;
export const GalleryPageDocument = new TypedDocumentString(`
    query GalleryPage($projectId: UUID!, $filter: [GenerationFilter!], $orderBy: [GenerationsOrderBy!] = [CREATED_AT_DESC], $first: Int = 48, $offset: Int = 0) {
  generations(
    filter: {projectId: {equalTo: $projectId}, isChild: {equalTo: false}, location: {isNull: false}, and: $filter}
    orderBy: $orderBy
    first: $first
    offset: $offset
  ) {
    totalCount
    nodes {
      ...GenerationCard
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}`) as unknown as TypedDocumentString<GalleryPageQuery, GalleryPageQueryVariables>;
export const CreateGenerationDocument = new TypedDocumentString(`
    mutation CreateGeneration($input: AddGenerationInput!) {
  addGeneration(input: $input) {
    generation {
      ...GenerationCard
      shotGenerations(first: 10, orderBy: [CREATED_AT_ASC]) {
        nodes {
          ...ShotPlace
        }
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<CreateGenerationMutation, CreateGenerationMutationVariables>;
export const UpdateGenerationDocument = new TypedDocumentString(`
    mutation UpdateGeneration($id: UUID!, $patch: GenerationPatch!) {
  updateGeneration(input: {id: $id, patch: $patch}) {
    generation {
      ...GenerationCard
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}`) as unknown as TypedDocumentString<UpdateGenerationMutation, UpdateGenerationMutationVariables>;
export const DeleteGenerationsDocument = new TypedDocumentString(`
    mutation DeleteGenerations($ids: [UUID!]!) {
  deleteGenerations(input: {ids: $ids}) {
    generations {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteGenerationsMutation, DeleteGenerationsMutationVariables>;
export const SetPrimaryVariantDocument = new TypedDocumentString(`
    mutation SetPrimaryVariant($variantId: UUID!) {
  setPrimaryVariant(input: {variantId: $variantId}) {
    generation {
      ...GenerationCard
      variants(orderBy: [CREATED_AT_DESC], first: 100) {
        nodes {
          ...VariantMedia
        }
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}`) as unknown as TypedDocumentString<SetPrimaryVariantMutation, SetPrimaryVariantMutationVariables>;
export const MarkVariantsViewedDocument = new TypedDocumentString(`
    mutation MarkVariantsViewed($generationId: UUID!) {
  markVariantsViewed(input: {generationId: $generationId}) {
    generationVariants {
      id
      viewedAt
      generation {
        id
        unviewedCount
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MarkVariantsViewedMutation, MarkVariantsViewedMutationVariables>;
export const StarVariantDocument = new TypedDocumentString(`
    mutation StarVariant($id: UUID!, $starred: Boolean!) {
  updateGenerationVariant(input: {id: $id, patch: {starred: $starred}}) {
    generationVariant {
      ...VariantMedia
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}`) as unknown as TypedDocumentString<StarVariantMutation, StarVariantMutationVariables>;
export const DeleteVariantDocument = new TypedDocumentString(`
    mutation DeleteVariant($id: UUID!) {
  deleteGenerationVariant(input: {id: $id}) {
    generationVariant {
      id
      generation {
        ...GenerationCard
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}`) as unknown as TypedDocumentString<DeleteVariantMutation, DeleteVariantMutationVariables>;
export const LightboxDocument = new TypedDocumentString(`
    query Lightbox($id: UUID!, $variants: Int = 50, $derivatives: Int = 50) {
  generation(id: $id) {
    ...GenerationCard
    mediaUrl
    previewUrl(width: 640)
    params
    isChild
    parentGenerationId
    variants(orderBy: [CREATED_AT_DESC], first: $variants) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...VariantMedia
        mediaUrl
        previewUrl(width: 640)
      }
    }
    source {
      ...GenerationCard
    }
    derivatives(orderBy: [CREATED_AT_DESC], first: $derivatives) {
      totalCount
      nodes {
        ...GenerationCard
        derivatives {
          totalCount
        }
      }
    }
    task {
      ...TaskRow
    }
    shotGenerations(orderBy: [CREATED_AT_ASC], first: 1000) {
      nodes {
        id
        position
        timelineFrame
        shot {
          id
          name
          order
        }
      }
    }
  }
  openTasks: tasks(
    filter: {targetGenerationId: {equalTo: $id}, paneGroup: {lessThan: 2}}
    orderBy: [PANE_GROUP_ASC, PANE_POSITION_ASC]
    first: 100
  ) {
    totalCount
    nodes {
      ...TaskRow
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<LightboxQuery, LightboxQueryVariables>;
export const LineageChainDocument = new TypedDocumentString(`
    query LineageChain($id: UUID!) {
  generation(id: $id) {
    id
    lineage(first: 30) {
      nodes {
        ...GenerationCard
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}`) as unknown as TypedDocumentString<LineageChainQuery, LineageChainQueryVariables>;
export const ProjectChangesDocument = new TypedDocumentString(`
    subscription ProjectChanges($projectId: UUID!, $tables: [RealtimeTable!], $after: String) {
  projectChanges(projectId: $projectId, tables: $tables, after: $after) {
    kind
    cursor
    originClientId
    changes {
      ...ChangeFacts
      generation {
        ...GenerationCard
        isChild
        parentGenerationId
      }
      generationVariant {
        ...VariantMedia
      }
      shotGeneration {
        ...ShotPlace
      }
      task {
        ...TaskRow
        parentTaskId
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}
fragment ChangeFacts on Change {
  operation
  table
  id
  shotId
  generationId
  parentGenerationId
  changedColumns
  before {
    ...SmallValues
  }
  after {
    ...SmallValues
  }
}
fragment SmallValues on SmallColumns {
  status
  location
  thumbnailUrl
  starred
  isPrimary
  timelineFrame
  position
  viewedAt
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<ProjectChangesSubscription, ProjectChangesSubscriptionVariables>;
export const ProjectNewsDocument = new TypedDocumentString(`
    subscription ProjectNews($projectId: UUID!, $tables: [RealtimeTable!], $after: String) {
  projectChanges(projectId: $projectId, tables: $tables, after: $after) {
    kind
    cursor
    originClientId
    changes {
      ...ChangeFacts
    }
  }
}
    fragment ChangeFacts on Change {
  operation
  table
  id
  shotId
  generationId
  parentGenerationId
  changedColumns
  before {
    ...SmallValues
  }
  after {
    ...SmallValues
  }
}
fragment SmallValues on SmallColumns {
  status
  location
  thumbnailUrl
  starred
  isPrimary
  timelineFrame
  position
  viewedAt
}`) as unknown as TypedDocumentString<ProjectNewsSubscription, ProjectNewsSubscriptionVariables>;
export const CreateProjectDocument = new TypedDocumentString(`
    mutation CreateProject($project: ProjectInput!) {
  createProject(input: {project: $project}) {
    project {
      ...ProjectFields
      settings
    }
  }
}
    fragment ProjectFields on Project {
  id
  name
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<CreateProjectMutation, CreateProjectMutationVariables>;
export const UpdateProjectDocument = new TypedDocumentString(`
    mutation UpdateProject($id: UUID!, $patch: ProjectPatch!) {
  updateProject(input: {id: $id, patch: $patch}) {
    project {
      ...ProjectFields
      settings
    }
  }
}
    fragment ProjectFields on Project {
  id
  name
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<UpdateProjectMutation, UpdateProjectMutationVariables>;
export const ResourcesDocument = new TypedDocumentString(`
    query Resources($filter: ResourceFilter, $orderBy: [ResourcesOrderBy!] = [CREATED_AT_DESC], $first: Int = 50, $offset: Int = 0) {
  resources(filter: $filter, orderBy: $orderBy, first: $first, offset: $offset) {
    totalCount
    nodes {
      id
      userId
      type
      name
      url
      metadata
      isPublic
      createdAt
      updatedAt
    }
  }
}
    `) as unknown as TypedDocumentString<ResourcesQuery, ResourcesQueryVariables>;
export const ShotEditorDocument = new TypedDocumentString(`
    query ShotEditor($id: UUID!, $first: Int = 1000, $offset: Int = 0) {
  shot(id: $id) {
    ...ShotFields
    settings
    imageCount
    finalVideoCount
    unpositionedCount
    shotGenerations(
      orderBy: [TIMELINE_FRAME_ASC, POSITION_ASC]
      first: $first
      offset: $offset
    ) {
      totalCount
      nodes {
        id
        position
        timelineFrame
        metadata
        generation {
          ...GenerationMedia
          isChild
          parentGenerationId
          primaryVariant {
            ...VariantMedia
          }
        }
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<ShotEditorQuery, ShotEditorQueryVariables>;
export const CreateShotDocument = new TypedDocumentString(`
    mutation CreateShot($projectId: UUID!, $name: String!, $aspectRatio: String) {
  createShot(
    input: {shot: {projectId: $projectId, name: $name, aspectRatio: $aspectRatio}}
  ) {
    shot {
      ...ShotFields
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<CreateShotMutation, CreateShotMutationVariables>;
export const CreateShotWithImageDocument = new TypedDocumentString(`
    mutation CreateShotWithImage($projectId: UUID!, $name: String!, $generationId: UUID!) {
  createShotWithImage(
    input: {projectId: $projectId, name: $name, generationId: $generationId}
  ) {
    shot {
      ...ShotWithPlaces
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}
fragment ShotWithPlaces on Shot {
  ...ShotFields
  imageCount
  finalVideoCount
  unpositionedCount
  shotGenerations(orderBy: [TIMELINE_FRAME_ASC], first: 1000) {
    totalCount
    nodes {
      ...ShotPlace
    }
  }
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<CreateShotWithImageMutation, CreateShotWithImageMutationVariables>;
export const DuplicateShotDocument = new TypedDocumentString(`
    mutation DuplicateShot($id: UUID!) {
  duplicateShot(input: {shotId: $id}) {
    shot {
      ...ShotWithPlaces
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}
fragment ShotWithPlaces on Shot {
  ...ShotFields
  imageCount
  finalVideoCount
  unpositionedCount
  shotGenerations(orderBy: [TIMELINE_FRAME_ASC], first: 1000) {
    totalCount
    nodes {
      ...ShotPlace
    }
  }
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<DuplicateShotMutation, DuplicateShotMutationVariables>;
export const ReorderShotsDocument = new TypedDocumentString(`
    mutation ReorderShots($projectId: UUID!, $shotIds: [UUID!]!) {
  reorderShots(input: {projectId: $projectId, shotIds: $shotIds}) {
    shots {
      id
      order
    }
  }
}
    `) as unknown as TypedDocumentString<ReorderShotsMutation, ReorderShotsMutationVariables>;
export const RenameShotDocument = new TypedDocumentString(`
    mutation RenameShot($id: UUID!, $name: String!) {
  updateShot(input: {id: $id, patch: {name: $name}}) {
    shot {
      ...ShotFields
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<RenameShotMutation, RenameShotMutationVariables>;
export const DeleteShotDocument = new TypedDocumentString(`
    mutation DeleteShot($id: UUID!) {
  deleteShot(input: {id: $id}) {
    shot {
      id
      project {
        id
        shots(orderBy: [ORDER_ASC], first: 1000) {
          nodes {
            id
            order
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DeleteShotMutation, DeleteShotMutationVariables>;
export const ShotsPaneDocument = new TypedDocumentString(`
    query ShotsPane($projectId: UUID!, $previews: Int = 5) {
  shots(
    filter: {projectId: {equalTo: $projectId}}
    orderBy: [ORDER_ASC]
    first: 1000
  ) {
    totalCount
    nodes {
      ...ShotFields
      imageCount
      finalVideoCount
      unpositionedCount
      shotGenerations(orderBy: [POSITION_ASC], first: $previews) {
        totalCount
        nodes {
          id
          position
          generation {
            id
            type
            location
            thumbnailUrl
          }
        }
      }
    }
  }
}
    fragment ShotFields on Shot {
  id
  projectId
  name
  order
  aspectRatio
  createdAt
  updatedAt
}`) as unknown as TypedDocumentString<ShotsPaneQuery, ShotsPaneQueryVariables>;
export const StorageObjectsDocument = new TypedDocumentString(`
    query StorageObjects($bucketId: String!, $prefix: String, $orderBy: [StorageObjectsOrderBy!] = [NAME_ASC], $first: Int = 100, $offset: Int = 0) {
  storageObjects(
    condition: {bucketId: $bucketId}
    prefix: $prefix
    orderBy: $orderBy
    first: $first
    offset: $offset
  ) {
    totalCount
    nodes {
      ...StoredFile
    }
  }
}
    fragment StoredFile on StorageObject {
  id
  bucketId
  name
  size
  contentType
  userMetadata
  createdAt
  updatedAt
  url
}`) as unknown as TypedDocumentString<StorageObjectsQuery, StorageObjectsQueryVariables>;
export const StorageObjectDocument = new TypedDocumentString(`
    query StorageObject($id: UUID!) {
  storageObject(id: $id) {
    ...StoredFile
  }
}
    fragment StoredFile on StorageObject {
  id
  bucketId
  name
  size
  contentType
  userMetadata
  createdAt
  updatedAt
  url
}`) as unknown as TypedDocumentString<StorageObjectQuery, StorageObjectQueryVariables>;
export const CreateUploadedGenerationDocument = new TypedDocumentString(`
    mutation CreateUploadedGeneration($input: AddGenerationInput!, $previewWidth: Int = 320) {
  addGeneration(input: $input) {
    generation {
      ...GenerationCard
      mediaUrl
      previewUrl(width: $previewWidth)
      shotGenerations(first: 10, orderBy: [CREATED_AT_ASC]) {
        nodes {
          ...ShotPlace
        }
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<CreateUploadedGenerationMutation, CreateUploadedGenerationMutationVariables>;
export const TaskStatusCountsDocument = new TypedDocumentString(`
    query TaskStatusCounts($projectId: UUID!) {
  taskStatusCounts(projectId: $projectId) {
    processing
    completed
    failed
  }
}
    `) as unknown as TypedDocumentString<TaskStatusCountsQuery, TaskStatusCountsQueryVariables>;
export const PendingWorkDocument = new TypedDocumentString(`
    query PendingWork($projectId: UUID!, $shot: UUIDFilter, $generation: UUIDFilter, $first: Int = 100) {
  tasks(
    filter: {projectId: {equalTo: $projectId}, paneGroup: {lessThan: 2}, targetShotId: $shot, targetGenerationId: $generation}
    orderBy: [PANE_GROUP_ASC, PANE_POSITION_ASC]
    first: $first
  ) {
    totalCount
    nodes {
      ...TaskRow
      parentTaskId
    }
  }
}
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<PendingWorkQuery, PendingWorkQueryVariables>;
export const TaskCostEstimateDocument = new TypedDocumentString(`
    query TaskCostEstimate($taskType: String!, $params: JSON = {}, $seconds: BigFloat = "1") {
  taskCostEstimate(taskType: $taskType, params: $params, seconds: $seconds)
}
    `) as unknown as TypedDocumentString<TaskCostEstimateQuery, TaskCostEstimateQueryVariables>;
export const EnqueueTasksDocument = new TypedDocumentString(`
    mutation EnqueueTasks($projectId: UUID!, $tasks: [TaskRequestInput!]!) {
  enqueueTasks(input: {projectId: $projectId, tasks: $tasks}) {
    tasks {
      ...TaskRow
      parentTaskId
      dependantOn
    }
  }
}
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<EnqueueTasksMutation, EnqueueTasksMutationVariables>;
export const CancelTasksDocument = new TypedDocumentString(`
    mutation CancelTasks($ids: [UUID!]!) {
  cancelTasks(input: {ids: $ids}) {
    tasks {
      ...TaskRow
      parentTaskId
    }
  }
}
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<CancelTasksMutation, CancelTasksMutationVariables>;
export const TasksPaneDocument = new TypedDocumentString(`
    query TasksPane($projectId: UUIDFilter, $paneGroup: IntFilter, $status: TaskStatusFilter, $taskType: StringFilter, $first: Int = 50, $offset: Int = 0) {
  tasks(
    filter: {parentTaskId: {isNull: true}, projectId: $projectId, paneGroup: $paneGroup, status: $status, taskType: $taskType}
    orderBy: [PANE_GROUP_ASC, PANE_POSITION_ASC]
    first: $first
    offset: $offset
  ) {
    totalCount
    nodes {
      ...TaskRow
      type {
        displayName
        category
        contentType
      }
      project {
        id
        name
      }
      children {
        totalCount
      }
      completedChildren: children(filter: {status: {equalTo: COMPLETE}}) {
        totalCount
      }
      generations(orderBy: [CREATED_AT_ASC], first: 1) {
        nodes {
          id
          type
          location
          thumbnailUrl
          name
          prompt
        }
      }
    }
  }
}
    fragment TaskRow on Task {
  id
  projectId
  taskType
  status
  paneGroup
  attempts
  cost
  errorMessage
  outputLocation
  targetShotId
  targetGenerationId
  createdAt
  generationStartedAt
  generationProcessedAt
}`) as unknown as TypedDocumentString<TasksPaneQuery, TasksPaneQueryVariables>;
export const AddGenerationToShotDocument = new TypedDocumentString(`
    mutation AddGenerationToShot($shotId: UUID!, $generationId: UUID!, $withPosition: Boolean = true) {
  addGenerationToShot(
    input: {shotId: $shotId, generationId: $generationId, withPosition: $withPosition}
  ) {
    shotGeneration {
      ...ShotPlace
      shot {
        id
        imageCount
        finalVideoCount
        unpositionedCount
      }
      generation {
        ...GenerationCard
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}
fragment GenerationMedia on Generation {
  id
  projectId
  type
  location
  thumbnailUrl
  name
  prompt
  toolType
  starred
  basedOn
  createdAt
  updatedAt
}
fragment GenerationCard on Generation {
  ...GenerationMedia
  shotData
  variantCount
  unviewedCount
  primaryVariant {
    ...VariantMedia
  }
}
fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<AddGenerationToShotMutation, AddGenerationToShotMutationVariables>;
export const RemoveGenerationFromShotDocument = new TypedDocumentString(`
    mutation RemoveGenerationFromShot($id: UUID!) {
  deleteShotGeneration(input: {id: $id}) {
    shotGeneration {
      id
      shotId
      generation {
        id
        shotData
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RemoveGenerationFromShotMutation, RemoveGenerationFromShotMutationVariables>;
export const BatchUpdateTimelineFramesDocument = new TypedDocumentString(`
    mutation BatchUpdateTimelineFrames($shotId: UUID!, $changes: JSON!) {
  batchUpdateTimelineFrames(input: {shotId: $shotId, changes: $changes}) {
    shotGenerations {
      ...ShotPlace
    }
  }
}
    fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<BatchUpdateTimelineFramesMutation, BatchUpdateTimelineFramesMutationVariables>;
export const ReorderShotGenerationsDocument = new TypedDocumentString(`
    mutation ReorderShotGenerations($shotId: UUID!, $ids: [UUID!]!) {
  reorderShotGenerations(input: {shotId: $shotId, ids: $ids}) {
    shotGenerations {
      id
      position
    }
  }
}
    `) as unknown as TypedDocumentString<ReorderShotGenerationsMutation, ReorderShotGenerationsMutationVariables>;
export const PositionShotGenerationDocument = new TypedDocumentString(`
    mutation PositionShotGeneration($id: UUID!, $position: Int, $timelineFrame: Int) {
  positionShotGeneration(
    input: {id: $id, position: $position, timelineFrame: $timelineFrame}
  ) {
    shotGeneration {
      ...ShotPlace
    }
  }
}
    fragment ShotPlace on ShotGeneration {
  id
  shotId
  generationId
  position
  timelineFrame
  metadata
}`) as unknown as TypedDocumentString<PositionShotGenerationMutation, PositionShotGenerationMutationVariables>;
export const FixTimelineSpacingDocument = new TypedDocumentString(`
    mutation FixTimelineSpacing($shotId: UUID!) {
  fixTimelineSpacing(input: {shotId: $shotId}) {
    shotGenerations {
      id
      timelineFrame
    }
  }
}
    `) as unknown as TypedDocumentString<FixTimelineSpacingMutation, FixTimelineSpacingMutationVariables>;
export const ToolSettingsDocument = new TypedDocumentString(`
    query ToolSettings($tool: String!, $projectId: UUID, $shotId: UUID) {
  toolSettings(tool: $tool, projectId: $projectId, shotId: $shotId)
}
    `) as unknown as TypedDocumentString<ToolSettingsQuery, ToolSettingsQueryVariables>;
export const PatchToolSettingsDocument = new TypedDocumentString(`
    mutation PatchToolSettings($scope: SettingsScope!, $id: UUID!, $tool: String!, $patch: JSON!, $expected: JSON) {
  patchSettings(
    input: {scope: $scope, id: $id, tool: $tool, patch: $patch, expected: $expected}
  ) {
    settings
  }
}
    `) as unknown as TypedDocumentString<PatchToolSettingsMutation, PatchToolSettingsMutationVariables>;
export const TrainingDataDocument = new TypedDocumentString(`
    query TrainingData($filter: TrainingVideoFilter, $orderBy: [TrainingVideosOrderBy!] = [CREATED_AT_DESC], $first: Int = 50, $offset: Int = 0) {
  trainingDataBatches(orderBy: [CREATED_AT_DESC], first: 1000) {
    totalCount
    nodes {
      id
      name
      metadata
      createdAt
      videos {
        totalCount
      }
    }
  }
  trainingVideos(
    filter: $filter
    orderBy: $orderBy
    first: $first
    offset: $offset
  ) {
    totalCount
    nodes {
      id
      batchId
      filename
      url
      duration
      metadata
      createdAt
      segments(orderBy: [START_TIME_ASC], first: 1000) {
        totalCount
        nodes {
          id
          startTime
          endTime
          description
          metadata
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TrainingDataQuery, TrainingDataQueryVariables>;
export const VariantSelectorDocument = new TypedDocumentString(`
    query VariantSelector($generationId: UUID!, $first: Int = 50, $after: Cursor) {
  generation(id: $generationId) {
    id
    primaryVariantId
    variantCount
    unviewedCount
    variants(orderBy: [CREATED_AT_DESC], first: $first, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        ...VariantMedia
      }
    }
  }
}
    fragment VariantMedia on GenerationVariant {
  id
  generationId
  variantType
  isPrimary
  location
  thumbnailUrl
  name
  starred
  viewedAt
  createdAt
}`) as unknown as TypedDocumentString<VariantSelectorQuery, VariantSelectorQueryVariables>;
export const ClaimNextTaskDocument = new TypedDocumentString(`
    mutation ClaimNextTask($workerId: String!, $runType: RunType!, $sameModelOnly: Boolean = false) {
  claimNextTask(
    input: {workerId: $workerId, runType: $runType, sameModelOnly: $sameModelOnly}
  ) {
    task {
      ...WorkerTask
    }
  }
}
    fragment WorkerTask on Task {
  id
  projectId
  taskType
  params
  status
  attempts
  dependantOn
  parentTaskId
  generationStartedAt
  leaseExpiresAt
  outputFolder
  type {
    category
    contentType
  }
}`) as unknown as TypedDocumentString<ClaimNextTaskMutation, ClaimNextTaskMutationVariables>;
export const HeartbeatDocument = new TypedDocumentString(`
    mutation Heartbeat($workerId: String!, $status: WorkerStatus = ACTIVE, $currentModel: String, $metadata: JSON, $taskIds: [UUID!] = []) {
  heartbeat(
    input: {workerId: $workerId, status: $status, currentModel: $currentModel, metadata: $metadata, taskIds: $taskIds}
  ) {
    heartbeat {
      extended
      cancelled
      lost
    }
  }
}
    `) as unknown as TypedDocumentString<HeartbeatMutation, HeartbeatMutationVariables>;
export const StartGenerationDocument = new TypedDocumentString(`
    mutation StartGeneration($taskId: UUID!, $attempt: Int!) {
  startGeneration(input: {taskId: $taskId, attempt: $attempt}) {
    task {
      id
      attempts
      generationStartedAt
    }
  }
}
    `) as unknown as TypedDocumentString<StartGenerationMutation, StartGenerationMutationVariables>;
export const CompleteTaskDocument = new TypedDocumentString(`
    mutation CompleteTask($taskId: UUID!, $attempt: Int!, $outputLocation: String, $thumbnailUrl: String, $result: JSON = {}) {
  completeTask(
    input: {taskId: $taskId, attempt: $attempt, outputLocation: $outputLocation, thumbnailUrl: $thumbnailUrl, result: $result}
  ) {
    task {
      id
      status
      cost
      resultData
    }
  }
}
    `) as unknown as TypedDocumentString<CompleteTaskMutation, CompleteTaskMutationVariables>;
export const FailTaskDocument = new TypedDocumentString(`
    mutation FailTask($taskId: UUID!, $attempt: Int!, $message: String!, $retryable: Boolean = false) {
  failTask(
    input: {taskId: $taskId, attempt: $attempt, message: $message, retryable: $retryable}
  ) {
    task {
      id
      status
      attempts
      errorMessage
    }
  }
}
    `) as unknown as TypedDocumentString<FailTaskMutation, FailTaskMutationVariables>;
export const WorkerTaskContextDocument = new TypedDocumentString(`
    query WorkerTaskContext($taskId: UUID!) {
  workerTaskContext(taskId: $taskId) {
    isCancelled
    task {
      ...WorkerTask
    }
    dependencies {
      ...WorkerTaskOutput
    }
    siblings {
      ...WorkerTaskOutput
    }
  }
}
    fragment WorkerTask on Task {
  id
  projectId
  taskType
  params
  status
  attempts
  dependantOn
  parentTaskId
  generationStartedAt
  leaseExpiresAt
  outputFolder
  type {
    category
    contentType
  }
}
fragment WorkerTaskOutput on Task {
  id
  taskType
  status
  outputLocation
  resultData
  errorMessage
}`) as unknown as TypedDocumentString<WorkerTaskContextQuery, WorkerTaskContextQueryVariables>;