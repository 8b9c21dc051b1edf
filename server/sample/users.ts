/** The people of the sample data; `npm start` prints a token for each. */
export const SAMPLE_USERS = [
  {
    id: 'a11ce000-0000-4000-8000-000000000001',
    email: 'alice@example.com',
    username: 'alice',
    name: 'Alice Marlowe',
  },
  {
    id: 'b0b00000-0000-4000-8000-000000000002',
    email: 'bob@example.com',
    username: 'bob.films',
    name: 'Bob Okafor',
  },
  {
    id: 'ca401000-0000-4000-8000-000000000003',
    email: 'carol@example.com',
    username: 'carol_k',
    name: 'Carol Kim',
  },
] as const;
