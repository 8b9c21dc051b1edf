import {
  useMutation,
  useQuery,
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { TypedDocumentString } from '../graphql/generated';
import type { GatewayError } from './errors';
import { follow, type StreamItem } from './follow';
import { useGateway } from './gateway';
import { request } from './request';

type QueryOptions<Result, Selected> = Omit<
  UseQueryOptions<Result, GatewayError, Selected>,
  'queryKey' | 'queryFn' | 'meta'
>;
type MutationOptions<Result, Variables, Context> = Omit<
  UseMutationOptions<Result, GatewayError, Variables, Context>,
  'mutationFn' | 'mutationKey'
>;

export interface QueryHook<Result, Variables> {
  <Selected = Result>(
    variables: Variables,
    options?: QueryOptions<Result, Selected>,
  ): UseQueryResult<Selected, GatewayError>;
  /** Of the answer in TanStack's cache; without variables, the beginning of all of its answers. */
  key(variables?: Variables): readonly unknown[];
  /** The types of rows in its answer: for the `meta` of a query of one's own with the same document. */
  reads: readonly string[];
}

/** A hook that asks a query. `reads`: the types of rows in its answer; a change of one has it asked again. */
export function createQueryHook<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  name: string,
  reads: readonly string[],
): QueryHook<Result, Variables> {
  const key = (variables?: Variables) => (variables === undefined ? [name] : [name, variables]);
  const useDocument = <Selected = Result>(
    variables: Variables,
    options: QueryOptions<Result, Selected> = {},
  ) => {
    const { connection } = useGateway();
    return useQuery<Result, GatewayError, Selected>({
      ...options,
      queryKey: key(variables),
      queryFn: ({ signal }) => request(connection, document, variables, signal),
      meta: { reads },
    });
  };
  return Object.assign(useDocument, { key, reads });
}

export type MutationHook<Result, Variables> = <Context = unknown>(
  options?: MutationOptions<Result, Variables, Context>,
) => UseMutationResult<Result, GatewayError, Variables, Context>;

/** A hook that makes a change. `changes`: the types of rows that are others afterwards; answers with such are asked again. */
export function createMutationHook<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  name: string,
  changes: readonly string[],
): MutationHook<Result, Variables> {
  return function useDocument<Context = unknown>(options: MutationOptions<Result, Variables, Context> = {}) {
    const { connection, staleness } = useGateway();
    return useMutation<Result, GatewayError, Variables, Context>({
      ...options,
      mutationKey: [name],
      mutationFn: (variables) => request(connection, document, variables),
      // Of a failed one too: what was shown ahead of the answer is not what there is.
      onSettled: (...settled) => {
        staleness.mark(changes);
        return options.onSettled?.(...settled);
      },
    });
  };
}

export interface SubscriptionOptions<Item> {
  onItem(item: Item): void;
  /** It was refused or has ended: the project is gone, or belongs to somebody else. */
  onEnd?(reason: GatewayError | undefined): void;
  /** The cursor to begin behind. */
  after?: string | undefined;
  enabled?: boolean;
}

/** The one field of a subscription's answer. */
type ItemOf<Result> = NonNullable<Result[keyof Result]>;

/** A hook that follows a subscription for as long as the component stands, and resumes by itself. */
export function createSubscriptionHook<Result extends object, Variables extends { after?: string | null }>(
  document: TypedDocumentString<Result, Variables>,
) {
  type Item = ItemOf<Result> & StreamItem;
  return function useDocument(
    variables: Omit<Variables, 'after'>,
    { onItem, onEnd, after, enabled = true }: SubscriptionOptions<Item>,
  ): void {
    const { socket } = useGateway();
    // The newest ones are called, without another subscription for each.
    const latest = useRef({ onItem, onEnd });
    useEffect(() => {
      latest.current = { onItem, onEnd };
    });
    const asked = JSON.stringify(variables);
    useEffect(() => {
      if (!enabled) return undefined;
      return follow<Result, Variables, Item>(
        socket.client,
        document,
        JSON.parse(asked) as Omit<Variables, 'after'>,
        (data) => Object.values(data)[0] as Item | null,
        {
          after,
          onItem: (item) => latest.current.onItem(item),
          onEnd: (reason) => latest.current.onEnd?.(reason),
        },
      );
      // `after` counts when it begins: later the cursor is its own.
      // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [socket, asked, enabled]);
  };
}
