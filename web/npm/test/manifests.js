/** A Service and its Deployment, which bypasses the mesh, in the namespace `shop`. */
export const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 80, targetPort: 8080, name: http}]}
`;

export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: "🛒", image: 'cart:v2', ports: [{containerPort: 8080}], securityContext: {runAsUser: 1337}}]}
`;

export const SHOP = `${SERVICE}---\n${DEPLOYMENT}`;
