package hedgerow.server.http;

import hedgerow.mappers.product.Product;
import hedgerow.mappers.product.ProductMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/products`.
final class ProductRoutes implements Routes {

    private final Resource<Product, ProductMapper> products;

    ProductRoutes(Resources resources) {
        products = resources.of("product", "/v1/products", Product.class, ProductMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/products", Resource.page(products, ProductMapper.Filter.class), Access.READ);
        routes.get("/v1/products/{id}", products.find(), Access.READ);
        routes.post("/v1/products", products.create(ProductMapper.New.class, ProductMapper::insert), Access.WRITE);
        routes.patch(
                "/v1/products/{id}", products.change(ProductMapper.Change.class, ProductMapper::update), Access.WRITE);
    }
}
