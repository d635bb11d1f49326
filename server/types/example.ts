// Compiled, not run: the types hold what the README of this folder promises.
import createClient from "openapi-fetch";
import type { components, paths } from "./index.js";

type Order = components["schemas"]["PaymentOrder"];

const hedgerow = createClient<paths>({
  baseUrl: "http://127.0.0.1:8080",
  headers: { Authorization: "Bearer hk_test_..." },
});

export async function open(): Promise<Order[]> {
  const { data, error } = await hedgerow.GET("/v1/payment-orders", {
    params: { query: { status: "requires_execution", limit: 50 } },
  });
  if (error) {
    throw new Error(`${error.code}: ${error.detail}`);
  }
  return data.data;
}

export async function rename(id: string, name: string) {
  // @ts-expect-error: a name is a text
  await hedgerow.PATCH("/v1/customers/{id}", { params: { path: { id } }, body: { name: 5 } });
  return hedgerow.PATCH("/v1/customers/{id}", { params: { path: { id } }, body: { name } });
}

// @ts-expect-error: there is no such address
export const nowhere = () => hedgerow.GET("/v1/nowhere");
